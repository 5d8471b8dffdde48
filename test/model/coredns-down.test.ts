/** coredns-down on the model: warm pools hide it, a new connection meets it, a search list multiplies its questions. */
import { describe, expect, test } from 'vitest';
import corednsDown from '../../scenarios/coredns-down.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import honeydue from '../../topology/honeydue.ts';
import { BOOK, summaryOf, verdictsOf, type PlayOptions } from './play.ts';

const play = (options: PlayOptions = {}): Promise<RunSummary> => summaryOf({ scenario: corednsDown, ...options });
const sawOf = (summary: RunSummary, variant: string): string =>
  summary.scenarios[0]?.plays.find((one) => one.variant === variant)?.saw ?? '';
/** Requests that failed while pools were warm, and afterwards. */
const failed = (summary: RunSummary, variant: string): number[] =>
  /^(\d+) of \d+ requests failed while pools were warm, then (\d+) of/
    .exec(sawOf(summary, variant))
    ?.slice(1)
    .map(Number) ?? [];
const findingOf = (summary: RunSummary, variant: string) =>
  summary.scenarios[0]?.statements.find((one) => one.id === `coredns-down/${variant}/sees`)?.findings[0];

describe('model: coredns-down', () => {
  test('hardly anybody notices while pools are warm (facts 0.1, 7); many do once connections have to be made', async () => {
    const summary = await play();
    for (const variant of ['no-endpoints', 'silent']) {
      const [warm = Infinity, cold = 0] = failed(summary, variant);
      expect(warm).toBeLessThanOrEqual(5);
      expect(cold).toBeGreaterThanOrEqual(50);
    }
  });
  test('without endpoints a new connection fails at once; silent it hangs, and what waits takes others with it', async () => {
    const summary = await play();
    expect(failed(summary, 'silent')[1]).toBeGreaterThan(failed(summary, 'no-endpoints')[1] ?? Infinity);
    expect(sawOf(summary, 'no-endpoints')).toMatch(/got 500$/);
    expect(sawOf(summary, 'silent')).toContain('got 502');
  });
  test('a name of Neon costs 4 questions while they are answered, and 8 when each is refused twice (facts 3.9)', async () => {
    const summary = await play();
    expect(findingOf(summary, 'no-endpoints')?.seen).toMatch(
      /^(\d+) of \1 requests that needed a new connection failed, each after up to 8 DNS questions/,
    );
  });
  test('pod addresses in place of names on the way to the api do not save who needs the database', async () => {
    const summary = await play({ topology: { ...honeydue, routing: 'endpoints' } });
    expect(verdictsOf(summary)['coredns-down/no-endpoints/sees']).toBe('confirmed');
  });
  test('a changed cell flips that statement and no other', async () => {
    const usual = verdictsOf(await play());
    const book = BOOK.replace('New connections fail at DNS', 'keeps serving');
    expect(verdictsOf(await play({ book }))).toEqual({
      ...usual,
      'coredns-down/no-endpoints/sees': 'refuted',
      'coredns-down/silent/sees': 'refuted',
    });
  });
});
