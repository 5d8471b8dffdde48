/** coredns-down on the model: warm pools hide it, a new connection meets it, a search list multiplies its questions. */
import { describe, expect, test } from 'vitest';
import corednsDown from '../../scenarios/coredns-down.ts';
import { windowsOf } from '../../sim/checkers/window.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { BOOK, journalOf, summaryOf, verdictsOf, type PlayOptions } from './play.ts';

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
  test('by pod addresses Traefik asks for no name: what fails fails behind the api (facts 0.1 row 7, 2.6)', async () => {
    const entries = await journalOf({ scenario: corednsDown });
    /** Of those who met the fault: how many got an error of Traefik's own. */
    const gateway = (variant: string): { readonly sent: number; readonly errors: number } => {
      const played = entries.filter(
        (one): one is PlayedEntry => 'play' in one && one.kind !== 'play' && one.play === `coredns-down/${variant}`,
      );
      const during = windowsOf(played).filter((one) => one.phase === 'during');
      const met = played.flatMap((one) =>
        one.kind === 'request' &&
        during.some(({ fromMs, toMs }) => one.outcome.atMs >= fromMs && one.outcome.atMs < toMs)
          ? [one.outcome]
          : [],
      );
      return { sent: met.length, errors: met.filter(({ status }) => status === 502 || status === 504).length };
    };
    expect(gateway('silent').errors).toBeGreaterThan(10);
    for (const variant of ['silent-endpoints', 'no-endpoints-endpoints']) {
      expect(gateway(variant).sent).toBeGreaterThan(500);
      expect([variant, gateway(variant).errors]).toEqual([variant, 0]);
    }
  });
  test('pod addresses on the way to the api do not save who needs the database, whose name is asked for all the same', async () => {
    const verdicts = verdictsOf(await play());
    for (const variant of ['no-endpoints-endpoints', 'silent-endpoints'])
      expect([variant, verdicts[`coredns-down/${variant}/sees`]]).toEqual([variant, 'confirmed']);
  });
  test('a changed cell flips that statement and no other', async () => {
    const usual = verdictsOf(await play());
    const book = BOOK.replace('New connections fail at DNS', 'keeps serving');
    expect(verdictsOf(await play({ book }))).toEqual({
      ...usual,
      'coredns-down/no-endpoints/sees': 'refuted',
      'coredns-down/no-endpoints-endpoints/sees': 'refuted',
      'coredns-down/silent/sees': 'refuted',
      'coredns-down/silent-endpoints/sees': 'refuted',
    });
  });
});
