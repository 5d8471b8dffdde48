/** Several plays in one run: side by side, broken off, refused. On the model. */
import { beforeAll, describe, expect, test } from 'vitest';
import postgresDown from '../../scenarios/postgres-down.ts';
import redisDown from '../../scenarios/redis-down.ts';
import type { Runtime } from '../../sim/runtimes/contract.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { model } from '../../sim/runtimes/model/runtime.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import { playable } from '../../sim/studies/rehearsal.ts';
import { journalOf, type PlayOptions } from '../model/play.ts';

/** Two plays, the longer of which begins: it has the statements. */
const { emptied: _, ...variants } = redisDown.variants;
const scenario = { ...redisDown, variants };
/** What was written, and what it ended with, when the run breaks off. */
async function broken(options: PlayOptions): Promise<{ entries: Entry[]; error: unknown }> {
  const entries: Entry[] = [];
  const error = await journalOf({
    scenario,
    ...options,
    sink(entry) {
      entries.push(entry);
      options.sink?.(entry);
    },
  }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { entries, error };
}
const kinds = (entries: readonly Entry[], kind: Entry['kind']): Entry[] => entries.filter((one) => one.kind === kind);
const of = (entries: readonly Entry[], play: string): Entry[] =>
  entries.filter((one) => 'play' in one && one.play === play);
/** The model, with `open` replaced. */
const opening = (open: Runtime['open']): Partial<Runtime> => ({ ...model, open });

describe('a rehearsal', () => {
  let entries: readonly Entry[] = [];
  beforeAll(async () => {
    entries = await journalOf();
  });
  test('begins with what is run and the claims, and ends with how it ended', () => {
    expect(entries[0]).toMatchObject({
      kind: 'run',
      version: 1,
      seed: 7,
      rateRps: 20,
      topology: { id: 'honeydue', nodes: 3 },
    });
    expect(entries.slice(1, 3).map((one) => one.kind)).toEqual(['claim', 'claim']);
    expect(entries.at(-1)).toMatchObject({ kind: 'run-end', ended: 'complete' });
    expect(kinds(entries, 'play-end')).toHaveLength(Object.keys(redisDown.variants).length);
  });
  test('two twins side by side see what each would have seen alone', async () => {
    const together = await journalOf({ over: { parallel: 2 } });
    for (const play of ['redis-down/dead', 'redis-down/hung']) expect(of(together, play)).toEqual(of(entries, play));
  });
  test('cluster time in its entries never runs backwards within a play', () => {
    for (const play of ['redis-down/dead', 'redis-down/hung']) {
      const method = of(entries, play).slice(of(entries, play).findIndex((one) => one.kind === 'step'));
      const times = method.map((one) => one.atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });
});

describe('a rehearsal that breaks off', () => {
  test('by an error throws it, and its journal says which play and why', async () => {
    const runtime = opening(async (topology, options) => {
      const stage = await model.open(topology, options);
      return { ...stage, readback: { ...stage.readback, writes: () => Promise.reject(new Error('disk on fire')) } };
    }) as Runtime;
    const { entries, error } = await broken({ over: { runtime } });
    expect(error).toMatchObject({ message: 'disk on fire' });
    expect(kinds(entries, 'play-end')).toMatchObject([{ play: 'redis-down/dead', error: 'disk on fire' }]);
    expect(entries.at(-1)).toMatchObject({ kind: 'run-end', ended: 'failed' });
    const summary = summarise(entries, { expectations: {}, ci: false });
    expect(summary.scenarios[0]?.statements.every((one) => !one.judged)).toBe(true);
    expect(summary.exitCode).toBe(3);
  });
  test.each(['before it began', 'while its stage opened'] as const)(
    'by Ctrl-C %s plays nothing further',
    async (when) => {
      const stop = new AbortController();
      const runtime = opening((topology, options) => {
        stop.abort(new Error('SIGINT'));
        return model.open(topology, options);
      }) as Runtime;
      if (when === 'before it began') stop.abort(new Error('SIGINT'));
      const { entries, error } = await broken({ over: { runtime, signal: stop.signal } });
      expect(error).toMatchObject({ message: 'SIGINT' });
      expect(kinds(entries, 'request')).toEqual([]);
      expect(kinds(entries, 'play').length).toBeLessThanOrEqual(1);
      expect(entries.at(-1)).toMatchObject({ kind: 'run-end', ended: 'interrupted' });
    },
  );
  test('by Ctrl-C amid a play ends that play, and says so', async () => {
    const stop = new AbortController();
    const { entries, error } = await broken({
      over: { signal: stop.signal },
      sink: (entry) => {
        if (entry.kind === 'fault') stop.abort(new Error('SIGINT'));
      },
    });
    expect(error).toMatchObject({ message: 'SIGINT' });
    expect(kinds(entries, 'play-end')).toMatchObject([{ play: 'redis-down/dead', error: 'SIGINT' }]);
    expect(kinds(entries, 'play')).toHaveLength(1);
    expect(entries.at(-1)).toMatchObject({ ended: 'interrupted' });
  });
  test('because the runtime lacks something is refused before anything is written or opened', async () => {
    const runtime: Runtime = { ...model, lacks: (one) => (one === 'pause' ? 'made up' : undefined) };
    const { entries, error } = await broken({ over: { runtime } });
    expect(error).toMatchObject({ code: 'SIM_NOT_MODELLED' });
    expect(entries).toEqual([]);
  });
});

describe('what a runtime can not play', () => {
  const runtimeWithout = (capability: string): Runtime => ({
    ...model,
    lacks: (one) => (one === capability ? 'made up' : undefined),
  });
  test('is left out by name, variant by variant; the others are played', () => {
    const told: string[] = [];
    const [left, ...none] = playable(runtimeWithout('pooler'), [postgresDown], (line) => told.push(line), true);
    expect(none).toEqual([]);
    expect(Object.keys(left?.variants ?? {})).toEqual(
      Object.keys(postgresDown.variants).filter((one) => one !== 'queued'),
    );
    expect(told).toEqual([
      'not played: postgres-down/queued: runtime "model" cannot do "pooler", which fault "pool-taken" needs: made up',
    ]);
  });
  test('is refused when it was named and nothing is left of it, else told once', () => {
    const told: string[] = [];
    expect(playable(runtimeWithout('sql'), [postgresDown, redisDown], (line) => told.push(line))).toEqual([redisDown]);
    expect(told).toHaveLength(1);
    expect(() => playable(runtimeWithout('sql'), [postgresDown], () => undefined, true)).toThrow('cannot do "sql"');
  });
});

describe('the order of plays', () => {
  /** When each play began and ended, as the journal has it. */
  async function order(scenarios: readonly Scenario[], parallel: number): Promise<string[]> {
    const entries = await journalOf({ over: { scenarios, parallel } });
    return entries.flatMap((one) =>
      one.kind === 'play' || one.kind === 'play-end'
        ? [`${one.play.split('/')[0]} ${one.kind === 'play' ? 'begins' : 'ends'}`]
        : [],
    );
  }
  const named = (id: string, beforeMs: number, alone: boolean): Scenario => {
    const dead = redisDown.variants['dead'];
    if (dead === undefined) throw new Error('no such variant');
    const steps = dead.steps.map((step) => (step.phase === 'before' ? { ...step, lastsMs: beforeMs } : step));
    return { ...redisDown, id, alone, variants: { dead: { ...dead, steps } } };
  };

  test('what must be alone is played alone, and first; then the longest first, side by side', async () => {
    const scenarios = [named('short', 1_000, false), named('long', 3_000, false), named('quiet', 2_000, true)];
    const log = await order(scenarios, 3);
    expect(log.slice(0, 4)).toEqual(['quiet begins', 'quiet ends', 'long begins', 'short begins']);
  });
  test('two that must be alone never meet', async () => {
    const log = await order([named('one', 1_000, true), named('two', 1_000, true)], 3);
    expect(log).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });
});
