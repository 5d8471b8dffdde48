/** A twin in virtual time, played by a script instead of a person. */
import { join } from 'node:path';
import scenario from '../../scenarios/redis-down.ts';
import { journalTo } from '../../sim/journal.ts';
import type { Runtime } from '../../sim/runtimes/contract.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { model } from '../../sim/runtimes/model/runtime.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { playByHand } from '../../sim/studies/by-hand/by-hand.ts';
import type { Hand } from '../../sim/studies/by-hand/hand.ts';
import { readLoadScript } from '../../sim/traffic/script.ts';
import honeydue from '../../topology/honeydue.ts';
import { ROOT } from '../cli/command.ts';

export interface Played {
  readonly entries: readonly Entry[];
  readonly summary: RunSummary;
  readonly said: readonly string[];
  /** What the play ended with, if it broke off. */
  readonly error: unknown;
}
export interface Script {
  readonly hand: Hand;
  readonly say: (line: string) => void;
  /** Lets cluster time pass. */
  readonly pass: (ms: number) => Promise<void>;
}

/** Plays by hand on the model until the script is over. */
export async function playedByHand(
  script: (person: Script) => Promise<void>,
  over: { readonly runtime?: Runtime; readonly signal?: AbortSignal; readonly scenarios?: readonly Scenario[] } = {},
): Promise<Played> {
  const entries: Entry[] = [];
  const said: string[] = [];
  const load = await readLoadScript(join(ROOT, 'scenarios', 'load', 'tasks.ts'), { TOKEN_SECRET: 'test' });
  const error = await playByHand(
    {
      runId: 'test',
      runtime: model,
      topology: honeydue,
      scenarios: [scenario],
      script: load,
      rateRps: 20,
      seed: 7,
      tempo: 20,
      profile: 'physical',
      api: 'reference',
      tokenSecret: 'test',
      host: { cores: 1, memoryBytes: 1, platform: 'test', node: 'test' },
      startedAt: '2026-01-01T00:00:00.000Z',
      command: 'npx twin up',
      journal: journalTo((entry) => void entries.push(entry as Entry)),
      sinceStartMs: () => 0,
      signal: new AbortController().signal,
      timeOfDay: (atMs) => `${(atMs / 1_000).toFixed(0)} s`,
      ...over,
    },
    (hand) =>
      script({
        hand,
        say: (line) => void said.push(line),
        pass: (ms) => hand.options.staged.stage.clock.sleep('scenario.step', ms, hand.options.signal),
      }),
  ).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { entries, said, error, summary: summarise(entries, { expectations: {}, ci: false }) };
}
/** `twin break` words, shortly: `redis --hang`. */
export function wordsOf(line: string): Parameters<Hand['break']>[0] {
  const words = line.split(' ');
  const flags = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  const [what = '', on] = words.filter((word) => !word.startsWith('--'));
  const params = flags.filter((flag) => flag.includes('=')).map((flag) => flag.split('=') as [string, string]);
  return { what, on, flags: flags.filter((flag) => !flag.includes('=')), params: Object.fromEntries(params) };
}
/** The error of an act that must not be done. */
export const refused = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => 'it was done',
    (error: unknown) => error,
  );
