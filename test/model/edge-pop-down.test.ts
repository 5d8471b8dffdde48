/** edge-pop-down on the model: who fails until routes move, who serves afterwards, and what the POP's return costs (facts 0.1 row 2, 1.6, 1.7). */
import { describe, expect, test } from 'vitest';
import edgePopDown from '../../scenarios/edge-pop-down.ts';
import { endingsOf, requestsIn, windowsOf, type Window } from '../../sim/checkers/window.ts';
import { ascending, percentile } from '../../sim/checkers/statistics.ts';
import { docker } from '../../sim/runtimes/docker/runtime.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Entry, PlayedEntry } from '../../sim/runtimes/entries.ts';
import { refuseUnmodelled } from '../../sim/scenario/method.ts';
import { actionsOf } from '../../sim/scenario/scenario.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import { TIMERS } from '../../topology/timers.ts';
import honeydue from '../../topology/honeydue.ts';
import { journalOf, summaryOf, verdictsOf } from './play.ts';

const scenario = edgePopDown;
const journal = await journalOf({ scenario });
const VARIANTS = ['dead', 'dark'] as const;
type Variant = (typeof VARIANTS)[number];
const playedOf = (variant: Variant): PlayedEntry[] =>
  journal.filter(
    (one: Entry): one is PlayedEntry => 'play' in one && one.kind !== 'play' && one.play.endsWith(`/${variant}`),
  );
function sentIn(variant: Variant, told: string, journey?: string): readonly Outcome[] {
  const entries = playedOf(variant);
  const isIt = (one: Window): boolean => (one.told ?? one.phase) === told;
  const window = [...windowsOf(entries), ...endingsOf(entries)].find(isIt);
  return window === undefined ? [] : requestsIn(entries, window, journey === undefined ? undefined : [journey]).counted;
}
const UNTIL = 'until routes led to another POP';
const ONCE = 'once they did';
const BACK = 'when the POP was back';
const popsOf = (sent: readonly Outcome[]): unknown[] => [
  ...new Set(sent.flatMap(({ evidence }) => evidence.headers['cf-ray']?.slice(-3) ?? [])),
];
const medianMs = (sent: readonly Outcome[]): number =>
  percentile(ascending(sent.filter((one) => one.end === 'ok').map((one) => one.tookMs)), 0.5) ?? NaN;

describe('model: edge-pop-down', () => {
  test.each([1, 20])(
    'tempo %i: seconds without anybody being served are no slowness; that it ends by itself is right',
    async (tempo) => {
      expect(verdictsOf(await summaryOf({ scenario, tempo }))).toEqual({
        'edge-pop-down/dead/sees': 'refuted',
        'edge-pop-down/dead/recovers': 'confirmed',
        'edge-pop-down/dark/sees': 'refuted',
        'edge-pop-down/dark/recovers': 'confirmed',
      });
    },
  );
  test('dead: new connections are refused at once, until the routes have converged (Cloudflare: "a few seconds")', () => {
    const failed = sentIn('dead', UNTIL).filter((one) => one.end !== 'ok');
    const refused = failed.filter((one) => one.error === 'refused');
    expect(refused.length).toBeGreaterThan(0.95 * failed.length);
    for (const one of refused) expect(one.tookMs).toBeLessThan(100);
    const spellMs = Math.max(...refused.map((one) => one.atMs)) - Math.min(...refused.map((one) => one.atMs));
    expect(spellMs).toBeGreaterThan(TIMERS['anycast.converge'].ms - 500);
    expect(spellMs).toBeLessThan(TIMERS['anycast.converge'].ms + 2 * TIMERS['anycast.check'].ms);
  });
  test('dark: whoever sends waits in silence, and is answered with a reset by the POP that knows nothing of his connection', () => {
    const failed = sentIn('dark', UNTIL).filter((one) => one.end !== 'ok');
    expect(new Set(failed.map((one) => one.error))).toEqual(new Set(['reset']));
    expect(Math.max(...failed.map((one) => one.tookMs))).toBeGreaterThan(TIMERS['anycast.converge'].ms);
  });
  test.each(VARIANTS)('%s: afterwards everybody is served, by Chicago', (variant) => {
    expect(popsOf(sentIn(variant, 'before'))).toEqual(['DFW']);
    const sent = sentIn(variant, ONCE);
    expect([popsOf(sent), sent.filter((one) => one.end !== 'ok').length]).toEqual([['ORD'], 0]);
    const instances = new Set(
      sent.flatMap(({ hops }) => hops.flatMap((hop) => (hop.part === 'edge' ? [hop.instance] : []))),
    );
    expect(instances).toEqual(new Set(['pop:chicago']));
  });
  test.each(VARIANTS)(
    '%s: lists are hardly slower, as Chicago is farther from users and nearer to the nodes; photos are',
    (variant) => {
      const added = (journey: string): number =>
        medianMs(sentIn(variant, ONCE, journey)) - medianMs(sentIn(variant, 'before', journey));
      // 8 + 120 ms by Dallas, 30 + 105 ms by Chicago; a connection to the nodes may be needed that was warm.
      expect(Math.abs(added('listTasks'))).toBeLessThan(60);
      // From the edge's cache: 8 ms against 30 ms.
      expect(added('viewPhoto')).toBeGreaterThan(15);
      expect(added('viewPhoto')).toBeLessThan(40);
    },
  );
  test.each(VARIANTS)('%s: the cache of a POP is its own, and that of Chicago is cold (facts 1.6)', (variant) => {
    const statuses = (told: string): Set<unknown> =>
      new Set(sentIn(variant, told, 'viewPhoto').map((one) => one.evidence.headers['cf-cache-status']));
    expect(statuses('before')).toEqual(new Set(['HIT']));
    const seen = [UNTIL, ONCE].flatMap((told) => sentIn(variant, told, 'viewPhoto'));
    const byChicago = seen.filter((one) => one.evidence.headers['cf-ray']?.endsWith('-ORD'));
    const asked = byChicago.filter((one) => one.evidence.headers['cf-cache-status'] === 'MISS').length;
    // Each of the forty that everybody looks at, once.
    expect(asked).toBeGreaterThan(30);
    expect(asked).toBeLessThanOrEqual(40);
  });
  test.each(VARIANTS)(
    '%s: when the POP is back each phone loses its connection once more, and goes on in Dallas',
    (variant) => {
      const failed = sentIn(variant, BACK).filter((one) => one.end !== 'ok');
      expect(new Set(failed.map((one) => one.error))).toEqual(new Set(['reset']));
      expect(new Set(failed.map((one) => one.user)).size).toBe(failed.length);
      expect(failed.length).toBeGreaterThan(50);
      expect(popsOf(sentIn(variant, BACK).slice(-20))).toEqual(['DFW']);
      const told = summarise(journal, { expectations: {}, ci: false }).scenarios[0]?.unmentioned ?? [];
      expect(told.map((one) => one.sentence)).toContainEqual(expect.stringContaining(BACK));
    },
  );
  test('the brain moves routes twice, and says why', () => {
    const routes = playedOf('dark').flatMap((one) => (one.kind === 'route' ? [`${one.place}: ${one.detail}`] : []));
    expect(routes).toEqual(['pop:chicago: pop:dallas is not heard of', 'pop:dallas: it is heard of again']);
  });
  test('nothing acknowledged is lost, nothing is done twice', async () => {
    for (const { ledger } of (await summaryOf({ scenario })).scenarios[0]?.plays ?? [])
      expect(ledger).toMatchObject({ lostWrites: [], doubledWrites: [], lostJobs: [], doubledJobs: [] });
  });
  test('with one POP there is nowhere to lead to: nobody is served until it is back', async () => {
    const cloudflare = { ...honeydue.anycast['cloudflare'], pops: ['pop:dallas'] };
    const topology = { ...honeydue, anycast: { cloudflare } } as typeof honeydue;
    const alone = await journalOf({ scenario, topology });
    const verdicts = verdictsOf(summarise(alone, { expectations: {}, ci: false }));
    expect(verdicts['edge-pop-down/dead/recovers']).toBe('refuted');
  });
  test('docker refuses by name what it can not do', () => {
    const [dead] = Object.values(scenario.variants);
    expect(() => refuseUnmodelled(docker(), dead === undefined ? [] : actionsOf(dead))).toThrow(
      /runtime "docker" cannot do "anycast", which fault "pop-down" needs/,
    );
  });
});
