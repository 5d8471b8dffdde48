/** node-network-dead on the model: what each stretch of a dead node is like for users (facts 0.1 row 3, 1.3, 3.5). */
import { describe, expect, test } from 'vitest';
import nodeNetworkDead from '../../scenarios/node-network-dead.ts';
import { windowsOf } from '../../sim/checkers/window.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Entry, PlayedEntry } from '../../sim/runtimes/entries.ts';
import { defineScenario } from '../../sim/scenario/scenario.ts';
import honeydue from '../../topology/honeydue.ts';
import { applySet } from '../../topology/set.ts';
import { timer } from '../../topology/timers.ts';
import { journalOf, summaryOf, verdictsOf } from './play.ts';

/** Played once, looked at by many tests. */
const journal = journalOf({ scenario: nodeNetworkDead });
const playedOf = async (variant: string): Promise<PlayedEntry[]> =>
  (await journal).filter(
    (one: Entry): one is PlayedEntry => 'play' in one && one.kind !== 'play' && one.play.endsWith(`/${variant}`),
  );
async function sentIn(variant: string, told: string): Promise<Outcome[]> {
  const entries = await playedOf(variant);
  const window = windowsOf(entries).find((one) => (one.told ?? one.phase) === told);
  return entries
    .flatMap((one) => (one.kind === 'request' ? [one.outcome] : []))
    .filter((one) => window !== undefined && one.atMs >= window.fromMs && one.atMs < window.toMs);
}
const lateShare = (sent: readonly Outcome[]): number =>
  sent.filter((one) => one.end !== 'ok' || one.tookMs > 10_000).length / sent.length;
const EXPECTED = {
  'node-network-dead/api-node/sees': 'refuted',
  'node-network-dead/api-node/recovers': 'refuted',
  'node-network-dead/redis-node/sees': 'refuted',
  'node-network-dead/redis-node/recovers': 'refuted',
};

describe('model: node-network-dead', () => {
  test.each([1, 5, 20])('tempo %i gives the same verdicts', async (tempo) => {
    expect(verdictsOf(await summaryOf({ scenario: nodeNetworkDead, tempo }))).toEqual(EXPECTED);
  });
  test('once its endpoints are gone a third still waits 19 s: Cloudflare goes on choosing the node, and serves from another', async () => {
    const sent = await sentIn('api-node', 'once it was NotReady');
    const late = sent.filter((one) => one.tookMs > 10_000);
    expect(late.length / sent.length).toBeGreaterThan(0.2);
    expect(late.length / sent.length).toBeLessThan(0.45);
    const served = late.filter((one) => one.end === 'ok');
    expect(served.length).toBeGreaterThan(0.9 * late.length);
    for (const one of served) expect(Math.floor(one.tookMs / 1_000)).toBe(19);
  });
  test('nor does it route away: who comes ten seconds later and more meets the node all the same (facts 0: it never marks an IP down)', async () => {
    const { scenarios } = await summaryOf({ scenario: nodeNetworkDead });
    const sees = scenarios[0]?.statements.find((one) => one.id === 'node-network-dead/api-node/sees');
    expect(sees?.findings.map(({ predicate, holds }) => [predicate?.measure, holds])).toEqual([
      ['share-failed', true],
      ['share-led-away', false],
    ]);
    expect(sees?.unread).not.toContain('away');
  });
  test('eviction does not change that: as many wait when its pods run elsewhere', async () => {
    const [before, after] = [await sentIn('api-node', 'once it was NotReady'), await sentIn('api-node', 'after')];
    expect(Math.abs(lateShare(before) - lateShare(after))).toBeLessThan(0.12);
  });
  test('while it is taken for Ready, Traefik elsewhere waits 30 s for its api pod: 504', async () => {
    const sent = await sentIn('redis-node', 'while the node was taken for Ready');
    const gateway = sent.filter((one) => one.status === 504);
    expect(gateway.length).toBeGreaterThan(0);
    for (const one of gateway) expect(one.tookMs).toBeGreaterThanOrEqual(30_000);
  });
  test('NotReady comes by leases that stay away, eviction 300 s after the taint; api starts elsewhere, Redis finds no other node', async () => {
    const entries = await playedOf('redis-node');
    const faultMs = entries.find((one) => one.kind === 'fault')?.atMs ?? 0;
    const nodes = entries.flatMap((one) => (one.kind === 'node' ? [one] : []));
    expect(nodes.map((one) => one.event)).toEqual(['NotReady', 'Tainted', 'Ready']);
    const graceMs = timer('node.grace').ms;
    expect((nodes[0]?.atMs ?? 0) - faultMs).toBeGreaterThan(graceMs - timer('node.lease').ms);
    expect((nodes[0]?.atMs ?? 0) - faultMs).toBeLessThan(graceMs + timer('node.monitor').ms + 1);
    const pods = entries.flatMap((one) => (one.kind === 'pod' ? [one] : [])).filter((one) => one.atMs > faultMs);
    const evicted = pods.filter((one) => one.event === 'Terminating');
    expect(evicted.map((one) => one.workload)).toEqual(['redis', 'api']);
    for (const one of evicted) expect(Math.round(one.atMs - (nodes[1]?.atMs ?? 0))).toBe(timer('node.eviction').ms);
    expect(pods.find((one) => one.event === 'Unschedulable')).toMatchObject({ workload: 'redis' });
    expect(pods.find((one) => one.event === 'Ready' && one.workload === 'api')?.node).toBe('node:hetzner1');
    const healedMs = entries.findLast((one) => one.kind === 'fault')?.atMs ?? 0;
    expect(pods.find((one) => one.event === 'Ready' && one.workload === 'redis')?.atMs).toBeGreaterThan(healedMs);
  });
  test('with the 40 s of Kubernetes up to 1.31 the node is NotReady 10 s sooner (facts 3.5)', async () => {
    const topology = applySet(honeydue, { 'timers.node.grace': 40_000 });
    const entries = await journalOf({ scenario: nodeNetworkDead, topology });
    const afterMs = (all: readonly Entry[]): number => {
      const own = all.filter((one): one is PlayedEntry => 'play' in one && one.play.endsWith('/api-node'));
      const at = (kind: string): number => own.find((one) => one.kind === kind)?.atMs ?? Number.NaN;
      return at('node') - at('fault');
    };
    expect(afterMs(await journal) - afterMs(entries)).toBe(10_000);
  });
  test('nothing acknowledged is lost, nothing is done twice', async () => {
    const summary = await summaryOf({ scenario: nodeNetworkDead });
    for (const { ledger } of summary.scenarios[0]?.plays ?? [])
      expect(ledger).toMatchObject({ lostWrites: [], doubledWrites: [], doubledJobs: [] });
  });
  test('what is sent in a shortened spell may not count', () => {
    const { steps = [] } = nodeNetworkDead.variants['api-node'] ?? {};
    const counted = steps.map(({ counts: _counts, ...one }) => one);
    const variants = { 'api-node': { title: 'x', steps: counted } };
    expect(() => defineScenario({ ...nodeNetworkDead, variants })).toThrow(/idle waits are shortened/);
  });
});
