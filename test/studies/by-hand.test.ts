/** A play whose steps come from a person, on the model: acts, what is said of them, what the report says. */
import { beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../reports/html/page.ts';
import { renderJunit } from '../../reports/junit.ts';
import { summarySchema } from '../../reports/summary-schema.ts';
import { finalTable } from '../../reports/terminal.ts';
import { correctedTable } from '../../reports/corrected.ts';
import { FAULT_NAMES } from '../../sim/faults/index.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { playedByHand, refused, wordsOf, type Played } from './hand.ts';

const steps = (entries: readonly Entry[]): string[] =>
  entries.flatMap((one) => (one.kind === 'step' ? [`${one.phase}: ${one.step}`] : []));
const faults = (entries: readonly Entry[]): string[] =>
  entries.flatMap((one) => (one.kind === 'fault' ? [`${one.fault} ${one.state}`] : []));
describe('by hand: hang, restart; crash, heal', () => {
  let played: Played;
  beforeAll(async () => {
    played = await playedByHand(async ({ hand, say, pass }) => {
      await pass(10_000);
      await hand.break(wordsOf('redis --hang'), say);
      await pass(15_000);
      await hand.restart('redis', say);
      await pass(8_000);
      await hand.break(wordsOf('crash redis'), say);
      await pass(8_000);
      await hand.heal('redis', say);
      await pass(2_000);
    });
    expect(played.error).toBe(undefined);
  });
  test('a break says since when, its proof of fault, and how to undo it', () => {
    expect(played.said[0]).toMatch(
      /^redis hangs: .*, since 10 s\. proof: ping redis from node:hetzner1: accepted, then silent for 3 s \(3 of 3 looks\)\. undo: npx twin heal redis$/,
    );
    expect(played.said[2]).toMatch(/proof: ping redis from node:hetzner1: refused \(3 of 3 looks\)/);
  });
  test('a restart ends the fault that hung on the old pod, and says when users are served', () => {
    expect(played.said[1]).toMatch(/^redis restarted; users (are served|ok again after [\d.]+ m?s)$/);
    expect(faults(played.entries)).toEqual(['hang applied', 'hang healed', 'crash applied', 'crash healed']);
  });
  test('every act is a step or an entry of the journal', () => {
    expect(steps(played.entries)).toEqual([
      'warm-up: caches warm up',
      'before: steady state',
      'during: redis hangs: it accepts connections and never answers',
      'after: redis restarted',
      'before: users are served',
      'during: redis is dead: it is killed, and again at each restart',
      'after: redis healed',
      'before: users are served',
    ]);
    expect(played.entries.filter((one) => one.kind === 'operation')).toMatchObject([{ operation: 'restart' }]);
    expect(played.entries[0]).toMatchObject({ kind: 'run', mode: 'by-hand' });
    expect(played.entries.at(-1)).toMatchObject({ kind: 'run-end', ended: 'complete' });
  });
  test('the report has a row for each time something was broken, with the pain of those that are proven', () => {
    const plays = played.summary.scenarios.flatMap((one) => one.plays);
    expect(plays.map((one) => one.variant)).toEqual(['1', '2']);
    expect(plays[0]).toMatchObject({ trouble: undefined, steady: true });
    expect(['high', 'outage']).toContain(plays[0]?.pain);
    expect(plays.map((one) => one.phases.map(({ phase }) => phase))).toEqual([
      ['warm-up', 'before', 'during', 'after'],
      ['before', 'during', 'after'],
    ]);
  });
  test('the book is not asked: no statement, nothing compared, no corrected row', () => {
    const { summary, entries } = played;
    expect(summary.scenarios.flatMap((one) => one.statements)).toEqual([]);
    expect(summary).toMatchObject({
      mode: 'by-hand',
      exitCode: 0,
      totals: { right: 0, wrong: 0, changed: 0, fresh: 0 },
    });
    const text = finalTable(summary, { stream: process.stderr, reportPath: 'x', leftBehind: 'nothing' });
    expect(text).toContain('not asked');
    expect(text).toMatch(/By hand: broken 2 times, \d of them proven; meanwhile [\d,]+ of [\d,]+ requests failed/);
    expect(text).not.toMatch(/WRONG|not in book|same|exit \d/);
    expect(correctedTable(summary).split('\n').filter(Boolean)).toHaveLength(2);
    expect(renderJunit(summary, { ci: true })).not.toContain('<failure');
    expect(summarySchema.safeParse(JSON.parse(JSON.stringify(summary))).success).toBe(true);
    const page = renderHtml(entries, summary);
    for (const words of ['fault hang on redis: in force', 'restart redis', 'fault crash on redis: healed'])
      expect(page).toContain(words);
  });
});

describe('by hand: a break', () => {
  test.each(FAULT_NAMES)('%s can be applied to a part by its name, or is refused by name', async (fault) => {
    const { said, error, entries } = await playedByHand(async ({ hand, say }) => {
      await hand.break(wordsOf(`redis --${fault}`), say).catch((reason: Error) => say(reason.message));
    });
    expect(error).toBe(undefined);
    if (faults(entries).length > 0) expect(said[0]).toMatch(/(^|\. )(not proven|proof): /);
    else expect(said[0]).toContain(fault);
  });
  test('of a part that no Service leads to is said to be not proven, and its row shows no pain', async () => {
    const { said, summary } = await playedByHand(async ({ hand, say, pass }) => {
      await pass(8_000);
      await hand.break(wordsOf('worker --hang'), say);
      await pass(3_000);
    });
    expect(said[0]).toContain('not proven: no Service leads to it');
    expect(summary.scenarios[0]?.plays[0]).toMatchObject({
      pain: 'unknown',
      trouble: expect.stringContaining('nobody looked'),
    });
  });
  test('by a scenario does what its variant does', async () => {
    const { entries } = await playedByHand(({ hand, say }) => hand.break(wordsOf('redis-down --hung'), say));
    expect(faults(entries)).toEqual(['hang applied', 'hang healed']);
  });
  test('that is still in force when the twin comes down is healed first, and looked at', async () => {
    const { entries, summary } = await playedByHand(async ({ hand, say, pass }) => {
      await pass(8_000);
      await hand.break(wordsOf('redis --hang'), say);
    });
    expect(faults(entries)).toEqual(['hang applied', 'hang healed']);
    expect(entries.filter((one) => one.kind === 'proof' && one.stage === 'after' && one.holds)).toHaveLength(3);
    expect(summary.scenarios[0]?.plays[0]?.trouble).toBe(undefined);
  });
  test('of nothing gives a report that says so', async () => {
    const { summary } = await playedByHand(({ pass }) => pass(6_000));
    expect(summary.scenarios[0]?.plays).toMatchObject([{ saw: 'nothing was broken', trouble: undefined }]);
  });
});

test('by hand: the log of a part is that of all its pods, the log of a pod is its own', async () => {
  const seen: string[][] = [];
  await playedByHand(async ({ hand, pass }) => {
    await pass(3_000);
    for (const name of ['api', 'api-2']) {
      const lines: string[] = [];
      await hand.logs(name, 1, (line) => lines.push(line.split(' ')[0] ?? ''));
      seen.push(lines);
    }
  });
  expect(seen).toEqual([['api-1', 'api-2', 'api-3'], ['api-2']]);
});

describe('by hand: a secret', () => {
  test('is hidden, hinted at, guessed and scored, and names the command that replays it', async () => {
    const hidden: unknown[] = [];
    const { said, entries } = await playedByHand(async ({ hand, say, pass }) => {
      await pass(6_000);
      await hand.hide(7, say);
      await pass(4_000);
      hidden.push(hand.view().broken, hand.view().isSecret, await refused(hand.break(wordsOf('redis --hang'), say)));
      hand.guess('worker', say);
      hand.hint(say);
      hidden.push(await refused(Promise.resolve().then(() => hand.guess('rdis', say))));
      hand.guess('redis', say);
      await hand.heal(undefined, say);
    });
    expect(hidden).toMatchObject([
      [],
      true,
      { message: 'a secret incident is running' },
      { code: 'SIM_UNKNOWN_PART', message: 'no layer is called "rdis". did you mean redis?' },
    ]);
    expect(said[0]).not.toContain('redis');
    expect(said[1]).toBe('wrong. 1 so far, 9 points left. npx twin hint costs another');
    expect(said[3]).toMatch(
      /^right after [\d.]+ s, 1 wrong guess, 1 hint: 8 of 10 points\. meanwhile \d+ of \d+ requests failed\. replay: npx twin rehearse redis-down --seed 7\. it is still broken: npx twin heal$/,
    );
    expect(entries.flatMap((one) => (one.kind === 'act' ? [one.text] : []))).toEqual([
      'secret incident, seed 7',
      'guess worker: wrong',
      'hint 1',
      'guess redis: right',
    ]);
  });
  test('is the same for the same seed, and seeds differ', async () => {
    const drawn = async (seed: number): Promise<string[]> =>
      faults((await playedByHand(({ hand, say }) => hand.hide(seed, say))).entries);
    expect(await drawn(7)).toEqual(await drawn(7));
    const all = await Promise.all([1, 2, 3, 4, 5, 6].map(drawn));
    expect(new Set(all.map(String)).size).toBeGreaterThan(1);
  });
  test('is given up by healing all', async () => {
    const { said } = await playedByHand(async ({ hand, say }) => {
      await hand.hide(7, say);
      await hand.heal(undefined, say);
    });
    expect(said[1]).toMatch(/^given up: it was redis-down \(Redis, \w+\)$/);
  });
});

test('a twin that is ended while it comes up is interrupted, and its journal says so', async () => {
  const { entries, error } = await playedByHand(() => Promise.resolve(), {
    signal: AbortSignal.abort(new Error('SIGINT')),
  });
  expect(error).toMatchObject({ message: 'SIGINT' });
  expect(entries.at(-1)).toMatchObject({ kind: 'run-end', ended: 'interrupted' });
});
