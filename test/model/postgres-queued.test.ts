/** The pooler's queue on the model: which gives up first, the phone (60 s), the edge (120 s) or the pooler (120 s) (facts 0.1 row 10, 1.1, 4.1). */
import { describe, expect, test } from 'vitest';
import postgresDown from '../../scenarios/postgres-down.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import honeydue from '../../topology/honeydue.ts';
import type { Topology } from '../../topology/schema.ts';
import { journalOf, summaryOf, verdictsOf } from './play.ts';

const queued = postgresDown.variants['queued']!;
const alone = (set: Scenario['variants'][string]['set'] = queued.set): Scenario => ({
  ...postgresDown,
  variants: { queued: { ...queued, set } },
});
/** New tasks that were due while the pooler had no server free, and every proof. */
async function played(scenario: Scenario, topology: Topology = honeydue) {
  const entries = (await journalOf({ scenario, topology })).filter((one): one is PlayedEntry => 'play' in one);
  const fromMs = entries.find((one) => one.kind === 'step' && one.phase === 'during')?.atMs ?? Number.NaN;
  const created = entries.flatMap((one): Outcome[] => (one.kind === 'request' ? [one.outcome] : []));
  return {
    created: created.filter((one) => one.journey === 'createTask' && one.atMs >= fromMs && one.atMs < fromMs + 20_000),
    proofs: entries.flatMap((one) => (one.kind === 'proof' ? [`${one.stage} ${one.answer.saw}`] : [])),
  };
}
const endsOf = (created: readonly Outcome[]): (number | string | undefined)[] => [
  ...new Set(created.map((one) => one.status ?? one.error)),
];

describe("model: postgres-down, the pooler's queue", () => {
  test('the edge gives up first, after its 120 s: 524 for each new task, and none gets the 500 of the pooler’s error', async () => {
    const { created, proofs } = await played(alone());
    expect(created.length).toBeGreaterThan(50);
    expect(endsOf(created)).toEqual([524]);
    for (const { tookMs } of created) {
      expect(tookMs).toBeGreaterThan(120_000);
      expect(tookMs).toBeLessThan(120_600);
    }
    expect(new Set(proofs)).toEqual(new Set(['before answer', 'during reply-silent', 'after answer']));
    expect(verdictsOf(await summaryOf({ scenario: alone() }))['postgres-down/queued/sees']).toBe('refuted');
  });
  test('phones as they are give up before either: after 60 s', async () => {
    const { 'users.requestTimeoutMs': _, ...set } = queued.set;
    const { created } = await played(alone(set));
    expect(endsOf(created)).toEqual(['client-timeout']);
    for (const { tookMs } of created) expect(Math.round(tookMs / 1_000)).toBe(60);
  });
  test('a pooler that lets wait 30 s gives up first: the book’s 500, though database/sql tries it more than once', async () => {
    const { neon } = honeydue.externals;
    const hasty = { ...neon!, settings: { poolerQueryWaitMs: 30_000 } };
    const { created } = await played(alone(), { ...honeydue, externals: { ...honeydue.externals, neon: hasty } });
    expect(endsOf(created)).toContain(500);
    const failed = created.filter(({ status }) => status === 500);
    for (const { tookMs } of failed) expect(tookMs).toBeGreaterThan(30_000);
  });
});
