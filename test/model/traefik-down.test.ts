/** traefik-down on the model: who meets a death, and that nothing is done twice (facts 0.1 row 5, 1.3). */
import { describe, expect, test } from 'vitest';
import traefikDown from '../../scenarios/traefik-down.ts';
import type { Entry, PlayedEntry, ProofEntry } from '../../sim/runtimes/entries.ts';
import { rowsOf } from '../../reports/rows.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import honeydue from '../../topology/honeydue.ts';
import type { Topology } from '../../topology/schema.ts';
import { journalOf, summaryOf, verdictsOf } from './play.ts';

/** Played once, looked at by many tests. */
const journal = journalOf({ scenario: traefikDown });
const played = async (): Promise<PlayedEntry[]> =>
  (await journal).filter(
    (one: Entry): one is PlayedEntry => 'play' in one && one.kind !== 'play' && one.play === 'traefik-down/one-node',
  );
const requests = async () => (await played()).flatMap((one) => (one.kind === 'request' ? [one.outcome] : []));

/** The same cluster on its first node alone. */
function onOneNode(): Topology {
  const { 'node:hetzner2': _two, 'node:hetzner3': _three, ...places } = honeydue.places;
  const { redis, ...workloads } = honeydue.workloads;
  if (redis === undefined) throw new Error('no redis');
  return { ...honeydue, places, workloads: { ...workloads, redis: { ...redis, placement: 'node:hetzner1' } } };
}

describe('model: traefik-down', () => {
  test('only creates that were under way through the one that died fail, by 520, and may have been done', async () => {
    const failed = (await requests()).filter((one) => one.end !== 'ok');
    expect(failed.length).toBeGreaterThan(0);
    for (const one of failed) expect([one.journey, one.status, one.end]).toEqual(['createTask', 520, 'unknown']);
  });
  test('nothing is done twice, nothing acknowledged is lost', async () => {
    const { plays = [] } = summarise(await journal, { expectations: {}, ci: false }).scenarios[0] ?? {};
    expect(plays).toHaveLength(2);
    for (const { ledger } of plays)
      expect(ledger).toMatchObject({ lostWrites: [], doubledWrites: [], lostJobs: [], doubledJobs: [] });
  });
  test('a retry costs about a round trip to the node', async () => {
    const retried = (await requests()).filter(
      (one) =>
        one.end === 'ok' &&
        one.journey === 'listTasks' &&
        one.hops.some((hop) => hop.part === 'edge' && (hop.handshakes ?? 0) > 0),
    );
    expect(retried.length).toBeGreaterThan(10);
    for (const one of retried) expect(one.tookMs).toBeLessThan(2_000);
  });
  test('its port refuses as seen from the edge, on that node alone, until it may live', async () => {
    const looks = (await played()).filter((one): one is ProofEntry => one.kind === 'proof');
    expect(new Set(looks.map((one) => `${one.stage} ${one.about}: ${one.answer.saw}`))).toEqual(
      new Set([
        'before traefik on node:hetzner1 from pop:dallas: answer',
        'during traefik on node:hetzner1 from pop:dallas: refused',
        'after traefik on node:hetzner1 from pop:dallas: answer',
      ]),
    );
  });
  test('dead on every node it is 521 for everybody; the row is about one node, so that is told as not in the book', async () => {
    const [result] = summarise(await journal, { expectations: {}, ci: false }).scenarios;
    expect(result?.statements.map((one) => one.variant)).toEqual(['one-node', 'one-node']);
    const [told] = result?.unmentioned.filter((one) => one.id === 'traefik-down/all-nodes/failed') ?? [];
    expect(told).toMatchObject({ pain: 'outage' });
    expect(told?.sentence).toMatch(/\d\d\d of 945 requests .*521/);
    // One row of a report, not two.
    const summary = await summaryOf({ scenario: traefikDown });
    expect(rowsOf(summary).map((row) => [row.variant, row.book, row.pain, row.since.kind])).toEqual([
      ['all-nodes', 'missing', 'outage', 'new'],
      ['one-node', 'right', 'low', 'new'],
    ]);
  });
  test('a cluster of one node has nowhere to route to: 521 for everybody, and the book is wrong', async () => {
    const summary = await summaryOf({ scenario: traefikDown, topology: onOneNode() });
    expect(verdictsOf(summary)['traefik-down/one-node/sees']).toBe('refuted');
    const counts = summary.scenarios[0]?.statements.find((one) => one.about === 'sees')?.counts;
    expect(counts?.byStatus['521'] ?? 0).toBeGreaterThan(0.9 * 900);
  });
});
