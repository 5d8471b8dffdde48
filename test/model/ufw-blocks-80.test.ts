/** ufw-blocks-80 on the model: which code, after how long, and who does not notice (facts 0.1 row 4, 1.1, 1.3, 3.8). */
import { describe, expect, test } from 'vitest';
import ufwBlocks80 from '../../scenarios/ufw-blocks-80.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Entry, ProofEntry } from '../../sim/runtimes/entries.ts';
import { windowsOf } from '../../sim/checkers/window.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import { fast } from '../../sim/scenario/fast.ts';
import { totalMs } from '../../sim/scenario/scenario.ts';
import { applySet } from '../../topology/set.ts';
import honeydue from '../../topology/honeydue.ts';
import { BOOK, journalOf, summaryOf, verdictsOf, type PlayOptions } from './play.ts';

/** Played once, looked at by many tests. */
const journal = journalOf({ scenario: ufwBlocks80 });
const summary = (options: PlayOptions = {}) => summaryOf({ scenario: ufwBlocks80, ...options });
const playedOf = async (variant: string): Promise<PlayedEntry[]> =>
  (await journal).filter(
    (one: Entry): one is PlayedEntry => 'play' in one && one.kind !== 'play' && one.play.endsWith(`/${variant}`),
  );
/** What was sent in the nth window of the fault. */
async function sentIn(variant: string, nth: number): Promise<Outcome[]> {
  const entries = await playedOf(variant);
  const window = windowsOf(entries).filter((one) => one.phase === 'during')[nth];
  return entries
    .flatMap((one) => (one.kind === 'request' ? [one.outcome] : []))
    .filter((one) => window !== undefined && one.atMs >= window.fromMs && one.atMs < window.toMs);
}
const EXPECTED = {
  'ufw-blocks-80/deny-one/sees': 'refuted',
  'ufw-blocks-80/deny-one/recovers': 'confirmed',
  'ufw-blocks-80/deny-all/sees': 'refuted',
  'ufw-blocks-80/deny-all/recovers': 'confirmed',
  'ufw-blocks-80/reject-all/sees': 'confirmed',
  'ufw-blocks-80/reject-all/recovers': 'confirmed',
  'ufw-blocks-80/reject-one/sees': 'refuted',
  'ufw-blocks-80/reject-one/recovers': 'confirmed',
};

describe('model: ufw-blocks-80', () => {
  test('deny on every node: 522, after the 19 s of a connect and the 19 s of its retry', async () => {
    const sent = await sentIn('deny-all', 1);
    expect(sent.length).toBeGreaterThanOrEqual(300);
    for (const one of sent) {
      expect(one.status).toBe(522);
      expect(Math.round(one.tookMs / 1_000)).toBe(38);
    }
  });
  test('deny on one node: nobody gets an error, and a third waits 19 s for the retry that serves', async () => {
    const sent = await sentIn('deny-one', 1);
    const waited = sent.filter((one) => one.tookMs > 10_000);
    expect(sent.filter((one) => one.end !== 'ok')).toEqual([]);
    expect(waited.length / sent.length).toBeGreaterThan(0.2);
    expect(waited.length / sent.length).toBeLessThan(0.45);
    for (const one of waited) expect(Math.floor(one.tookMs / 1_000)).toBe(19);
  });
  test('reject on every node: 521 at once', async () => {
    const sent = await sentIn('reject-all', 1);
    const refused = sent.filter((one) => one.status === 521);
    expect(refused.length / sent.length).toBeGreaterThan(0.95);
    for (const one of refused) expect(one.tookMs).toBeLessThan(1_000);
  });
  test('reject on one node: a refused connect is tried once more on another address, and serves (facts 0.1 rows 4 and 5, 1.3)', async () => {
    const [entries, sent] = [await playedOf('reject-one'), await sentIn('reject-one', 1)];
    expect(sent.length).toBeGreaterThanOrEqual(300);
    expect(sent.filter((one) => one.status !== 200 && one.status !== 201)).toEqual([]);
    // A round trip to the node that refuses, and one more to connect elsewhere: nobody waits for a time-out.
    expect(Math.max(...sent.map((one) => one.tookMs))).toBeLessThan(3_000);
    const ingress = new Set(sent.map((one) => one.hops.find((hop) => hop.part === 'ingress')?.instance));
    expect(ingress).toEqual(new Set(['node:hetzner2', 'node:hetzner3']));
    const seen = entries.filter(
      (one): one is ProofEntry => one.kind === 'proof' && one.as === 'ufw' && one.stage === 'during',
    );
    expect(new Set(seen.map((one) => `${one.about}: ${one.answer.saw}`))).toEqual(
      new Set(['node:hetzner1 from pop:dallas: refused']),
    );
  });
  test.each(['deny-one', 'deny-all', 'reject-one', 'reject-all'])(
    '%s: who has an open connection notices nothing',
    async (variant) => {
      const sent = await sentIn(variant, 0);
      expect(sent.filter((one) => one.end === 'ok' && one.tookMs < 10_000).length / sent.length).toBeGreaterThan(0.9);
    },
  );
  test('what is sent while others wait for their answer counts for nothing', async () => {
    const entries = await playedOf('deny-all');
    const spell = entries.find((one) => one.kind === 'step' && one.counts === false);
    expect(spell).toBeDefined();
    const covered = windowsOf(entries).some(
      ({ fromMs, toMs }) => fromMs <= (spell?.atMs ?? 0) && (spell?.atMs ?? 0) < toMs,
    );
    expect(covered).toBe(false);
  });
  test('the node stays Ready all the while, and what the edge sees is the proof', async () => {
    const entries = await playedOf('deny-all');
    expect(entries.filter((one) => one.kind === 'pod' && one.event === 'NotReady')).toEqual([]);
    const during = entries.filter(
      (one): one is ProofEntry => one.kind === 'proof' && one.as === 'ufw' && one.stage === 'during',
    );
    expect(new Set(during.map((one) => `${one.from} ${one.answer.saw}`))).toEqual(
      new Set(['pop:dallas connect-silent']),
    );
  });
  test('a book that says 522 is right about deny on every node, and wrong about reject', async () => {
    const changed = verdictsOf(await summary({ book: BOOK.replace('521 errors', '522 errors') }));
    expect(changed).toEqual({
      ...EXPECTED,
      'ufw-blocks-80/deny-all/sees': 'confirmed',
      'ufw-blocks-80/reject-all/sees': 'refuted',
    });
  });
  test('without Zero-Downtime Failover deny gives 522 after 19 s, on one node to a third, and reject 521', async () => {
    const topology = applySet(
      honeydue,
      { 'externals.edge-dallas.settings.retry': false },
      { where: 'test', code: 'SIM_SCENARIO_INVALID' },
    );
    const played = await summary({ topology });
    const counts = (variant: string) =>
      played.scenarios[0]?.statements.find((one) => one.id === `ufw-blocks-80/${variant}/sees`)?.counts.byStatus ?? {};
    expect(counts('deny-one')['522']).toBeGreaterThan(60);
    expect(counts('reject-one')['521']).toBeGreaterThan(60);
    expect(counts('deny-all')['522']).toBeGreaterThan(300);
  });
  test('--fast leaves its waits whole, and gives the same verdicts', async () => {
    const { readLoadScript } = await import('../../sim/traffic/script.ts');
    const script = await readLoadScript(new URL('../../scenarios/load/tasks.ts', import.meta.url).pathname, {
      TOKEN_SECRET: 'test',
    });
    const [short] = fast([ufwBlocks80], new Map([['tasks', script]]), honeydue.users.patienceMs);
    if (short === undefined) throw new Error('nothing left');
    const [long, cut] = [ufwBlocks80, short].map((one) =>
      one.variants['deny-all']?.steps.filter((step) => step.counts === false),
    );
    expect(cut).toEqual(long);
    expect(totalMs(short.variants['deny-all'] as never)).toBeLessThan(
      totalMs(ufwBlocks80.variants['deny-all'] as never),
    );
    expect(verdictsOf(await summary({ scenario: short }))).toEqual(EXPECTED);
  });
});
