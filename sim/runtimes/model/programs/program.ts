/** What each modelled program is given when its container starts. */
import type { ContainerSettings, Topology } from '../../../../topology/schema.ts';
import type { Clock, NameRecord, PodId, Target } from '../../contract.ts';
import type { World } from '../driver.ts';
import type { Server } from '../connection.ts';
import type { Memory } from '../memory.ts';

export interface ProgramContext {
  readonly pod: PodId;
  readonly world: World;
  readonly topology: Topology;
  readonly settings: ContainerSettings;
  readonly tables: Tables;
  readonly record: Records;
  readonly memory: Memory;
  /** How long an idle wait takes here. */
  readonly shortenedMs: Clock['shortenedMs'];
}
/** Tables of the data plane, as the brain last wrote them. */
export interface Tables {
  readonly names: Record<'cluster' | 'public', Map<string, NameRecord>>;
  readonly ingress: Map<PodId, ReadonlyMap<string, readonly Target[]>>;
}
/** What outlives a program: Postgres' rows and the worker's record. */
export interface Records {
  /** request id → times inserted */
  readonly writes: Map<string, number>;
  readonly jobs: Map<string, number>;
}
export type ModelProgram = (context: ProgramContext) => Server;

/**
 * How long each program works on one message, in milliseconds. Measured on the embedded runtime without link delays on
 * two shared cores (docs/performance.md); `npm run bench` prints the model's error against live.
 */
export const SERVICE_MS = {
  edge: 0.6,
  ingress: 0.5,
  api: 0.8,
  admin: 0.8,
  redis: 0.1,
  sql: 0.3,
  resolver: 0.1,
  objectStore: 0.5,
  health: 0.3,
} as const;
