/** Plays a scenario on the model and gives back its journal: what most tests of verdicts need. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import redisDown from '../../scenarios/redis-down.ts';
import { claimsOf } from '../../sim/documents/claims.ts';
import { journalTo, type JournalEntry } from '../../sim/journal.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { model } from '../../sim/runtimes/model/runtime.ts';
import type { Mode } from '../../sim/scenario/play.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { rehearse, type RehearsalOptions } from '../../sim/studies/rehearsal.ts';
import { readLoadScript } from '../../sim/traffic/script.ts';
import honeydue from '../../topology/honeydue.ts';
import type { Topology } from '../../topology/schema.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const BOOK = readFileSync(join(ROOT, 'topology', 'honeydue.md'), 'utf8');

export interface PlayOptions {
  /** Default: redis-down. */
  readonly scenario?: Scenario;
  readonly seed?: number;
  readonly tempo?: number;
  readonly mode?: Mode;
  readonly book?: string;
  readonly topology?: Topology;
  readonly rateRps?: number;
  /** Put over everything else. */
  readonly over?: Partial<RehearsalOptions>;
  /** Gets each entry as it is written, for plays that break off. */
  readonly sink?: (entry: Entry) => void;
}

/** The journal of a scenario, all variants, on the model. */
export async function journalOf(options: PlayOptions = {}): Promise<Entry[]> {
  const entries: JournalEntry[] = [];
  const { scenario = redisDown, topology = honeydue } = options;
  const { load } = scenario;
  const script = await readLoadScript(join(ROOT, 'scenarios', 'load', `${load}.ts`), { TOKEN_SECRET: 'test' });
  await rehearse({
    runId: 'test',
    runtime: model,
    topology,
    scenarios: [scenario],
    scripts: new Map([[load, script]]),
    claims: claimsOf(options.book ?? BOOK, 'topology/honeydue.md', scenario, topology),
    seed: options.seed ?? 7,
    tempo: options.tempo ?? 1,
    profile: 'physical',
    rateRps: options.rateRps,
    mode: options.mode ?? 'normal',
    parallel: 1,
    api: 'reference',
    tokenSecret: 'test',
    host: { cores: 1, memoryBytes: 1, platform: 'test', node: 'test' },
    startedAt: '2026-01-01T00:00:00.000Z',
    command: 'test',
    journal: journalTo(
      (entry) => void entries.push(entry),
      (entry) => options.sink?.(entry as Entry),
    ),
    sinceStartMs: () => 0,
    signal: new AbortController().signal,
    ...options.over,
  });
  return entries as Entry[];
}
const summarised = async (options: PlayOptions): Promise<RunSummary> =>
  summarise(await journalOf(options), { expectations: {}, ci: false });
/** Scenario → seed → what it comes to with nothing else changed: the same each time, so the files of a worker share it. */
const usual = new WeakMap<Scenario, Map<number, Promise<RunSummary>>>();
export function summaryOf(options: PlayOptions = {}): Promise<RunSummary> {
  const { scenario = redisDown, seed = 7, ...other } = options;
  if (Object.keys(other).length > 0) return summarised(options);
  const bySeed = usual.get(scenario) ?? new Map<number, Promise<RunSummary>>();
  usual.set(scenario, bySeed);
  const known = bySeed.get(seed) ?? summarised(options);
  bySeed.set(seed, known);
  return known;
}
export const verdictsOf = (summary: RunSummary): Record<string, string> =>
  Object.fromEntries(summary.scenarios.flatMap((one) => one.statements).map((one) => [one.id, one.verdict]));
