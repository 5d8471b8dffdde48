/** worker-killed on the model: users notice nothing, no job is lost, what was in hand after its side effect is done twice. */
import { describe, expect, test } from 'vitest';
import workerKilled from '../../scenarios/worker-killed.ts';
import type { Ledger } from '../../sim/scenario/summary.ts';
import honeydue from '../../topology/honeydue.ts';
import type { Topology } from '../../topology/schema.ts';
import { applySet } from '../../topology/set.ts';
import { BOOK, summaryOf, verdictsOf, type PlayOptions } from './play.ts';

async function ledgerOf(options: PlayOptions = {}): Promise<Ledger> {
  const [play] = (await summaryOf({ scenario: workerKilled, ...options })).scenarios.flatMap((one) => one.plays);
  if (play === undefined) throw new Error('nothing was played');
  return play.ledger;
}
const topologyWith = (settings: Readonly<Record<string, number>>): Topology =>
  applySet(
    honeydue,
    Object.fromEntries(Object.entries(settings).map(([key, value]) => [`workloads.worker.settings.${key}`, value])),
  );
/** Its variant without what it changes in the topology. */
const bare = {
  ...workerKilled,
  variants: { 'mid-job': { ...workerKilled.variants['mid-job']!, set: {} } },
};

describe('model: worker-killed', () => {
  test.each([1, 5, 20])(
    'at tempo %i no job is lost, and some are done twice (facts 5.3: at least once)',
    async (tempo) => {
      const doubled: number[] = [];
      for (const seed of [1, 2, 3, 4, 5]) {
        const ledger = await ledgerOf({ seed, tempo });
        expect([ledger.lostJobs, ledger.phantomJobs, ledger.lostWrites]).toEqual([[], [], []]);
        doubled.push(ledger.doubledJobs.length);
      }
      // Eight at a time, killed twice: never more than sixteen are in hand.
      expect(Math.max(...doubled)).toBeLessThanOrEqual(16);
      expect(Math.max(...doubled)).toBeGreaterThan(0);
    },
  );
  test('before the wait for the recovery is over, jobs are missing: 70 s at least (facts 5.3)', async () => {
    const steps = workerKilled.variants['mid-job']!.steps.slice(0, -1);
    const variant = { ...workerKilled.variants['mid-job']!, steps };
    const lost: number[] = [];
    for (const seed of [1, 2, 3, 4, 5])
      lost.push(
        (await ledgerOf({ seed, scenario: { ...workerKilled, variants: { early: variant } } })).lostJobs.length,
      );
    expect(Math.max(...lost)).toBeGreaterThan(0);
  });
  test('jobs that take no time are not in hand when the worker is killed', async () => {
    const ledger = await ledgerOf({ scenario: bare, topology: topologyWith({ jobMs: 0 }) });
    expect([ledger.lostJobs, ledger.doubledJobs]).toEqual([[], []]);
  });
  test('the statement follows the document', async () => {
    const usual = verdictsOf(await summaryOf({ scenario: workerKilled }));
    expect(usual).toEqual({ 'worker-killed/mid-job/sees': 'confirmed' });
    const book = BOOK.replace('Nobody notices: the api has answered before', '500 errors');
    expect(verdictsOf(await summaryOf({ scenario: workerKilled, book }))).toEqual({
      'worker-killed/mid-job/sees': 'refuted',
    });
  });
});
