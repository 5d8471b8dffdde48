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
  test('69 s after a kill no job that was in hand has run again, and some are missing: it takes 70 s at least (facts 5.3)', async () => {
    const [warmUp, before, first, , left] = workerKilled.variants['mid-job']!.steps;
    // What is left is looked at when the queue has settled, 2.5 s after the last step.
    const after = { ...left!, do: [{ heal: 'first' }], lastsMs: 69_000 - first!.lastsMs - 2_500 };
    const once = { ...workerKilled.variants['mid-job']!, steps: [warmUp!, before!, first!, after] };
    const lost: number[] = [];
    for (const seed of [1, 2, 3, 4, 5]) {
      const ledger = await ledgerOf({ seed, scenario: { ...workerKilled, variants: { once } } });
      expect(ledger.doubledJobs).toEqual([]);
      lost.push(ledger.lostJobs.length);
    }
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
