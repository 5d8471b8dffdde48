/** Which modelled program plays which role. */
import { SimError } from '../../../errors.ts';
import { admin } from './admin.ts';
import { api } from './api.ts';
import { objectStoreProgram } from './object-store.ts';
import { postgres } from './postgres.ts';
import type { ModelProgram } from './program.ts';
import { edge, ingress, resolver } from './proxies.ts';
import { redis } from './redis.ts';
import { worker } from './worker.ts';

const programs: Readonly<Record<string, ModelProgram>> = {
  admin,
  api,
  edge,
  ingress,
  'object-store': objectStoreProgram,
  postgres,
  redis,
  resolver,
  worker,
};

/** @throws SimError `SIM_NOT_MODELLED` for a role the model has no program for */
export function programOf(role: string): ModelProgram {
  const program = programs[role];
  if (program === undefined)
    throw new SimError('SIM_NOT_MODELLED', `the model has no program for role "${role}"`, {
      hint: `it has: ${Object.keys(programs).join(', ')}`,
    });
  return program;
}
