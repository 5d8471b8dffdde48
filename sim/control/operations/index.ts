/** The operations a scenario or an operator can carry out: the brain's own, the same on every runtime. */
import { z } from 'zod';
import type { Cluster } from '../cluster.ts';
import { restart } from './restart.ts';

const operations = {
  restart: { params: z.strictObject({ workload: z.string() }), run: restart },
} as const;

export type OperationName = keyof typeof operations;
export const OPERATION_NAMES = Object.keys(operations) as OperationName[];

/** Carries an operation out. Params were checked when the scenario was defined. */
export async function operate(cluster: Cluster, name: OperationName, params: unknown): Promise<void> {
  const operation = operations[name];
  await operation.run(cluster, operation.params.parse(params));
}
export const operationParams = (name: OperationName): z.ZodType => operations[name].params;
