/** kube-proxy-broken and flannel-broken on the model: rules outlive their program, lost packets are never refused (facts 0.1 rows 6 and 8, 3.6, 3.7). */
import { describe, expect, test } from 'vitest';
import flannelBroken from '../../scenarios/flannel-broken.ts';
import kubeProxyBroken from '../../scenarios/kube-proxy-broken.ts';
import { windowsOf } from '../../sim/checkers/window.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Entry, PlayedEntry, ProofEntry } from '../../sim/runtimes/entries.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import { timer } from '../../topology/timers.ts';
import { journalOf, verdictsOf } from './play.ts';

/** Each is played once, and looked at by many tests. */
const kubeProxy = journalOf({ scenario: kubeProxyBroken });
const flannel = journalOf({ scenario: flannelBroken });
const playOf = (entries: readonly Entry[], variant: string): PlayedEntry[] =>
  entries.filter((one): one is PlayedEntry => 'play' in one && one.kind !== 'play' && one.play.endsWith(`/${variant}`));
const requestsOf = (entries: readonly PlayedEntry[]): Outcome[] =>
  entries.flatMap((one) => (one.kind === 'request' ? [one.outcome] : []));
/** What was sent in the nth window of the fault. */
function sentIn(entries: readonly PlayedEntry[], nth: number): Outcome[] {
  const window = windowsOf(entries).filter((one) => one.phase === 'during')[nth];
  return requestsOf(entries).filter(
    (one) => window !== undefined && one.atMs >= window.fromMs && one.atMs < window.toMs,
  );
}
const failed = (sent: readonly Outcome[]): Outcome[] => sent.filter((one) => one.end !== 'ok');
/** By which node a request came in. */
const nodeOf = (outcome: Outcome): string | undefined => outcome.hops.find((hop) => hop.part === 'ingress')?.instance;
const looks = (entries: readonly PlayedEntry[], stage: ProofEntry['stage']) =>
  new Set(
    entries.flatMap((one) => (one.kind === 'proof' && one.stage === stage ? [`${one.about}: ${one.answer.saw}`] : [])),
  );

describe('model: kube-proxy-broken', () => {
  test('the book is right where Traefik goes by the Service and endpoints change, else wrong (facts 0.1 row 6)', async () => {
    expect(verdictsOf(summarise(await kubeProxy, { expectations: {}, ci: false }))).toEqual({
      'kube-proxy-broken/service/sees': 'confirmed',
      'kube-proxy-broken/service/recovers': 'confirmed',
      'kube-proxy-broken/endpoints/sees': 'refuted',
      'kube-proxy-broken/endpoints/recovers': 'confirmed',
      'kube-proxy-broken/unchanged/sees': 'refuted',
      'kube-proxy-broken/unchanged/recovers': 'confirmed',
    });
  });
  test('as long as endpoints stay nobody fails: its rules outlive it', async () => {
    for (const variant of ['service', 'endpoints', 'unchanged'])
      expect(failed(sentIn(playOf(await kubeProxy, variant), 0))).toEqual([]);
  });
  test('once they have changed, whoever comes in by that node waits until Traefik or the kernel gives up, and nobody else', async () => {
    const entries = playOf(await kubeProxy, 'service');
    const sent = sentIn(entries, 1);
    expect(failed(sent).length).toBeGreaterThan(100);
    // As long as the last of the old pods is taken down its address still refuses.
    const gone = entries.flatMap((one) => (one.kind === 'pod' && one.event === 'Deleted' ? [one.atMs] : []));
    const forgottenMs = Math.min(...gone) + timer('neighbour.forgotten').ms;
    for (const one of failed(sent)) {
      expect(nodeOf(one)).toBe('node:hetzner3');
      if (one.status === 504) expect(one.tookMs).toBeGreaterThan(timer('ingress.dial').ms);
      else expect(one.status).toBe(502);
      if (one.status === 502) expect(one.atMs < Math.max(...gone) || one.atMs + one.tookMs > forgottenMs).toBe(true);
    }
    for (const status of [502, 504])
      expect(failed(sent).filter((one) => one.status === status && one.tookMs > 10_000).length).toBeGreaterThan(20);
  });
  test('who still waits there when kube-proxy is back is served: his SYN is repeated, and led to a pod that lives', async () => {
    const sent = sentIn(playOf(await kubeProxy, 'service'), 1);
    const late = sent.filter((one) => nodeOf(one) === 'node:hetzner3' && one.end === 'ok' && one.tookMs > 1_000);
    expect(late.length).toBeGreaterThan(20);
    expect(late.filter((one) => one.tookMs > timer('ingress.dial').ms)).toEqual([]);
  });
  test('the proof is what each node meets at the Service in the end', async () => {
    expect(looks(playOf(await kubeProxy, 'service'), 'during')).toEqual(
      new Set([
        'api from node:hetzner1: answer',
        'api from node:hetzner2: answer',
        'api from node:hetzner3: connect-silent',
      ]),
    );
  });
});

describe('model: flannel-broken', () => {
  test('nothing is refused: who fails waits for Traefik, whose 30 s end in 504', async () => {
    for (const variant of ['service', 'endpoints']) {
      const gateway = failed(sentIn(playOf(await flannel, variant), 1)).filter(
        (one) => one.status !== undefined && one.error === undefined,
      );
      expect(gateway.length).toBeGreaterThan(100);
      for (const one of gateway) {
        expect(one.status).toBe(504);
        expect(one.tookMs).toBeGreaterThanOrEqual(29_900);
      }
    }
  });
  test('by pod addresses one in three is served: the pod on the node by which it came in', async () => {
    const sent = sentIn(playOf(await flannel, 'endpoints'), 1);
    // Who was still waiting at the end was helped by it.
    const served = sent.filter((one) => one.end === 'ok' && one.tookMs < 10_000);
    expect(served.length / sent.length).toBeGreaterThan(0.22);
    expect(served.length / sent.length).toBeLessThan(0.45);
    const pods = { 'node:hetzner1': 'api-1', 'node:hetzner2': 'api-2', 'node:hetzner3': 'api-3' };
    for (const one of served)
      expect(one.hops.find((hop) => hop.part === 'api')?.instance).toBe(pods[nodeOf(one) as keyof typeof pods]);
  });
  test("everything stays Ready: probes are local, and leases go by the nodes' own addresses", async () => {
    for (const variant of ['service', 'endpoints']) {
      const entries = playOf(await flannel, variant);
      const faultMs = entries.find((one) => one.kind === 'fault')?.atMs ?? 0;
      expect(entries.filter((one) => one.kind === 'node')).toEqual([]);
      expect(entries.filter((one) => one.kind === 'pod' && one.event === 'NotReady' && one.atMs > faultMs)).toEqual([]);
    }
  });
  test('Redis answers on its own node and on no other', async () => {
    const seen = looks(playOf(await flannel, 'service'), 'during');
    expect([...seen].filter((one) => one.startsWith('redis')).toSorted()).toEqual([
      'redis from node:hetzner1: connect-silent',
      'redis from node:hetzner2: answer',
      'redis from node:hetzner3: connect-silent',
    ]);
  });
});
