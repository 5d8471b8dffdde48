/** api-pod-oom on the model: who dies of what, how it is proven, what back-off does. */
import { describe, expect, test } from 'vitest';
import apiPodOom from '../../scenarios/api-pod-oom.ts';
import type { Entry, PodEntry, ProofEntry } from '../../sim/runtimes/entries.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import honeydue from '../../topology/honeydue.ts';
import { applySet } from '../../topology/set.ts';
import { BOOK, journalOf, summaryOf, verdictsOf } from './play.ts';
import { timer } from '../../topology/timers.ts';

const played = <K extends Entry['kind']>(entries: readonly Entry[], kind: K, variant: string) =>
  entries.filter(
    (one): one is Extract<Entry, { kind: K }> =>
      one.kind === kind && 'play' in one && one.play === `api-pod-oom/${variant}`,
  );
const deaths = (entries: readonly Entry[], variant: string): PodEntry[] =>
  played(entries, 'pod', variant).filter((one) => one.event === 'Exited');

/** The longest stretch of a play of `once` in which no request that was due was answered right in time. */
function nobodyServedMs(entries: readonly Entry[]): number {
  const sent = played(entries, 'request', 'once').map(({ outcome }) => outcome);
  const served = sent.filter((one) => one.end === 'ok' && one.tookMs < 10_000).map(({ atMs }) => atMs);
  const at = [...served, Math.max(...sent.map(({ atMs }) => atMs))].toSorted((a, b) => a - b);
  return Math.max(...at.slice(1).map((ms, index) => ms - (at[index] ?? 0)));
}

describe('model: api-pod-oom', () => {
  test('once: each pod dies once, 137 OOMKilled, and is started again without a back-off in the same pod (facts 3.3)', async () => {
    const entries = await journalOf({ scenario: apiPodOom });
    const dead = deaths(entries, 'once');
    expect(dead.map((one) => one.pod).toSorted()).toEqual(['api-1', 'api-2', 'api-3']);
    for (const { exitCode, reason, pod, atMs } of dead) {
      expect([exitCode, reason]).toEqual([137, 'OOMKilled']);
      const again = played(entries, 'pod', 'once').find(
        (one) => one.pod === pod && one.atMs >= atMs && one.event === 'Started',
      );
      expect(again?.atMs).toBe(atMs + timer('kubelet.start').ms);
    }
    expect(played(entries, 'pod', 'once').filter((one) => one.event === 'BackOff')).toEqual([]);
  });
  test('leak: every pod dies again and again, and waits 10 s from its second death on', async () => {
    const entries = await journalOf({ scenario: apiPodOom });
    for (const pod of ['api-1', 'api-2', 'api-3']) {
      expect(deaths(entries, 'leak').filter((one) => one.pod === pod).length).toBeGreaterThanOrEqual(2);
      const waits = played(entries, 'pod', 'leak').filter((one) => one.pod === pod && one.event === 'BackOff');
      expect(waits[0]?.detail).toBe('10 s');
    }
  });
  test('cascade: the load of the dead pod moves to the others and stays there, as warm connections do: they are next', async () => {
    const entries = await journalOf({ scenario: apiPodOom });
    const dead = deaths(entries, 'cascade');
    const [first, second] = dead;
    expect(first?.pod).toBe('api-1');
    expect(
      dead
        .slice(1, 3)
        .map((one) => one.pod)
        .toSorted(),
    ).toEqual(['api-2', 'api-3']);
    // From when it serves again until the next one dies.
    const [fromMs, toMs] = [(first?.atMs ?? 0) + 1_500, second?.atMs ?? 0];
    const served = (pod: string): number =>
      played(entries, 'request', 'cascade').filter(
        ({ outcome: { atMs, hops } }) =>
          atMs >= fromMs && atMs < toMs && hops.some((hop) => hop.part === 'api' && hop.instance === pod),
      ).length;
    expect(served('api-1')).toBeLessThan(served('api-2') / 2);
    expect(served('api-1')).toBeLessThan(served('api-3') / 2);
  });
  test('cascade: without a first death they live longer on what each request leaves behind', async () => {
    const cascade = apiPodOom.variants['cascade']!;
    const alone = cascade.steps.map((step) => ({
      ...step,
      do: step.do.filter((one) => !('as' in one && one.as === 'first') && !('heal' in one && one.heal === 'first')),
    }));
    const scenario = { ...apiPodOom, variants: { cascade: { ...cascade, steps: alone } } };
    const [with1st, without] = [await journalOf({ scenario: apiPodOom }), await journalOf({ scenario })];
    const lastOf = (pods: readonly string[], entries: readonly Entry[]): number =>
      Math.max(...pods.map((pod) => deaths(entries, 'cascade').find((one) => one.pod === pod)?.atMs ?? Infinity));
    const others = ['api-2', 'api-3'];
    expect(lastOf(others, with1st)).toBeLessThan(lastOf(others, without) - 1_000);
  });
  test('with one replica it is an outage: the one pod dies three times, and its restarts wait 10 and 20 s', async () => {
    const topology = applySet(honeydue, { 'workloads.api.replicas': 1 });
    const entries = await journalOf({ scenario: apiPodOom, topology });
    expect(deaths(entries, 'once').map((one) => one.pod)).toEqual(['api-1', 'api-1', 'api-1']);
    expect(played(entries, 'pod', 'once').flatMap((one) => (one.event === 'BackOff' ? [one.detail] : []))).toEqual([
      '10 s',
      '20 s',
    ]);
    const summary = summarise(entries, { expectations: {}, ci: false });
    expect(verdictsOf(summary)['api-pod-oom/once/sees']).toBe('refuted');
    // Nobody at all is served for the longer back-off; of three pods some other serves at once.
    expect(nobodyServedMs(entries)).toBeGreaterThan(19_000);
    const three = await journalOf({ scenario: apiPodOom });
    expect(nobodyServedMs(three)).toBeLessThan(1_000);
    expect(verdictsOf(summarise(three, { expectations: {}, ci: false }))['api-pod-oom/once/sees']).toBe('confirmed');
  });
  test('with two, one of them dies twice, and the other serves', async () => {
    const topology = applySet(honeydue, { 'workloads.api.replicas': 2 });
    const entries = await journalOf({ scenario: apiPodOom, topology });
    expect(deaths(entries, 'once').map((one) => one.pod)).toEqual(['api-1', 'api-2', 'api-1']);
    const summary = summarise(entries, { expectations: {}, ci: false });
    expect(verdictsOf(summary)['api-pod-oom/once/sees']).toBe('confirmed');
  });
  test('is proven by what the cluster reports: nothing before, 137 OOMKilled during, Ready again after', async () => {
    const entries = await journalOf({ scenario: apiPodOom });
    const proofs = played(entries, 'proof', 'leak') as ProofEntry[];
    expect(proofs.map((one) => [one.stage, one.answer.saw, one.holds])).toEqual([
      ['before', 'not-reported', true],
      ['during', 'reported', true],
      ['after', 'recovered', true],
    ]);
    expect(proofs[1]?.answer.detail).toContain('api-1 exit 137, OOMKilled');
  });
  test('once is over in a moment; a leak goes on: right 1 of 2', async () => {
    const summary = await summaryOf({ scenario: apiPodOom });
    expect(verdictsOf(summary)).toMatchObject({
      'api-pod-oom/once/sees': 'confirmed',
      'api-pod-oom/leak/sees': 'refuted',
      'api-pod-oom/cascade/sees': 'refuted',
    });
  });
  test('a limit that nothing reaches kills nobody, and then nothing is proven', async () => {
    const roomy = { 'workloads.api.memoryLimitBytes': 4 * 1024 ** 3 };
    const variants = Object.fromEntries(
      Object.entries(apiPodOom.variants).map(([id, one]) => [id, { ...one, set: roomy }]),
    );
    const entries = await journalOf({ scenario: { ...apiPodOom, variants } });
    expect(deaths(entries, 'once')).toEqual([]);
    const [first] = summarise(entries, { expectations: {}, ci: false }).scenarios[0]?.statements ?? [];
    expect(first).toMatchObject({ verdict: 'inconclusive' });
    expect(first?.reason).toMatch(/^status api: not-reported, at [\d.]+ s: the fault was not in force$/);
  });
  test('a changed cell flips that statement and no other', async () => {
    const usual = verdictsOf(await summaryOf({ scenario: apiPodOom }));
    const book = BOOK.replace('502 to users, briefly', '503 to users, briefly');
    expect(verdictsOf(await summaryOf({ scenario: apiPodOom, book }))).toEqual({
      ...usual,
      'api-pod-oom/once/sees': 'refuted',
    });
  });
});
