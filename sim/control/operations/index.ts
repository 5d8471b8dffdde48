/** The operations a scenario or an operator can carry out: the brain's own, the same on every runtime. One file each. */
import type { z } from 'zod';
import type { Cluster } from '../cluster.ts';
import type { Operation, Undo } from './operation.ts';
import { moveZone } from './move-zone.ts';
import { restart } from './restart.ts';
import { rollout } from './rollout.ts';

export type { Undo };

const registry = { 'move-zone': moveZone, restart, rollout } as const;
export type OperationName = keyof typeof registry;
export const OPERATION_NAMES = Object.keys(registry) as OperationName[];
export const operationNamed = (name: OperationName): Operation<unknown> =>
  registry[name] as unknown as Operation<unknown>;

/** Carries an operation out. Params were checked when the scenario was defined. */
export async function operate(cluster: Cluster, name: OperationName, params: unknown): Promise<void> {
  const operation = operationNamed(name);
  await operation.run(cluster, operation.params.parse(params));
}
/** What it does with these params, in words. */
export const operationTitle = (name: OperationName, params: unknown): string => {
  const operation = operationNamed(name);
  return operation.title(operation.params.parse(params));
};
/** What would take it back; undefined where nothing of it lasts. */
export const undoOf = (name: OperationName, params: unknown): Undo<unknown> | undefined => {
  const operation = operationNamed(name);
  return operation.undo?.(operation.params.parse(params));
};
export const operationParams = (name: OperationName): z.ZodType => operationNamed(name).params;
