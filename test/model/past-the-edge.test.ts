/** past-the-edge on the model: who needs no edge, what he goes without, and what closes that door. */
import { describe, expect, test } from 'vitest';
import pastTheEdge from '../../scenarios/past-the-edge.ts';
import { requestsIn } from '../../sim/checkers/window.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import honeydue from '../../topology/honeydue.ts';
import { BOOK, journalOf, summaryOf, verdictsOf } from './play.ts';

const scenario = pastTheEdge;
const journal = await journalOf({ scenario });
const requests = (variant: string, phase: 'before' | 'during' | 'after', journey: string): readonly Outcome[] =>
  requestsIn(
    journal.filter((one) => 'play' in one && one.play === `past-the-edge/${variant}`) as PlayedEntry[],
    phase,
    [journey],
  ).counted;
const share = (all: readonly Outcome[], hit: (one: Outcome) => boolean): number => all.filter(hit).length / all.length;
const isOk = (one: Outcome): boolean => one.end === 'ok';

describe('model: past-the-edge', () => {
  test('without any POP the nodes serve whoever dials them, and phones get nothing', () => {
    const direct = requests('edge-down', 'during', 'dialNode');
    expect([share(direct, isOk), direct.length > 300]).toEqual([1, true]);
    expect(share(requests('edge-down', 'during', 'listTasks'), isOk)).toBeLessThan(0.1);
  });

  test('what is served so bears nothing of the edge, and costs a connection each time', () => {
    const [first] = requests('edge-down', 'before', 'dialNode');
    expect(Object.keys(first?.evidence.headers ?? {}).filter((name) => name.startsWith('cf-'))).toEqual([]);
    expect(first?.hops.map((hop) => hop.part)).toEqual(expect.arrayContaining(['phone', 'ingress', 'api']));
    expect(first?.hops.map((hop) => hop.part)).not.toContain('edge');
    expect(first?.hops[0]).toMatchObject({ part: 'phone', trips: 2, handshakes: 1, questions: 0 });
  });

  test('a firewall that lets only the edge in costs phones nothing', () => {
    const inTime = (one: Outcome): boolean => isOk(one) && one.tookMs <= honeydue.users.patienceMs;
    expect(share(requests('edge-only', 'during', 'dialNode'), inTime)).toBe(0);
    expect(share(requests('edge-only', 'during', 'listTasks'), isOk)).toBe(1);
  });

  test('a right answer that nobody waited for is told as late, not by its status', () => {
    const { scenarios } = summarise(journal, { expectations: {}, ci: false });
    const failed = scenarios[0]?.unmentioned.find((one) => one.id === 'past-the-edge/edge-only/failed');
    expect(failed?.sentence).toBe('288 of 288 direct requests failed: 288 with a right answer, too late');
  });

  test('the book is right; a book that says otherwise is wrong, and in nothing else', async () => {
    const verdicts = verdictsOf(summarise(journal, { expectations: {}, ci: false }));
    expect(verdicts).toMatchObject({ 'past-the-edge/edge-down/sees': 'confirmed' });
    const book = BOOK.replace('It works, for UFW lets anybody in on port 80', 'Nothing works');
    expect(verdictsOf(await summaryOf({ scenario, book }))).toMatchObject({
      ...verdicts,
      'past-the-edge/edge-down/sees': 'refuted',
    });
  });

  test('only the POPs and the nodes are looked at, each from where its users stand', () => {
    const looked = journal.flatMap((one) => (one.kind === 'proof' ? [`${one.play} ${one.about}`] : []));
    expect(new Set(looked)).toEqual(
      new Set([
        'past-the-edge/edge-down pop:dallas from user:austin',
        ...[1, 2, 3].map((n) => `past-the-edge/edge-only node:hetzner${n} from user:austin`),
      ]),
    );
  });
});
