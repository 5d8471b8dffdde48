/** admin-ssr on the model: the way of a page's data, what the public URL costs, and what it hangs on. */
import { describe, expect, test } from 'vitest';
import adminSsr from '../../scenarios/admin-ssr.ts';
import { percentile } from '../../sim/checkers/statistics.ts';
import { requestsIn } from '../../sim/checkers/window.ts';
import type { Hop, Outcome } from '../../sim/runtimes/contract.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import { BOOK, journalOf, summaryOf, verdictsOf } from './play.ts';

const scenario = adminSsr;
const journal = await journalOf({ scenario });
const requests = (variant: string, phase: 'before' | 'during'): readonly Outcome[] =>
  requestsIn(journal.filter((one) => 'play' in one && one.play === `admin-ssr/${variant}`) as PlayedEntry[], phase)
    .counted;
const adminHop = ({ hops }: Outcome): Hop | undefined => hops.find((hop) => hop.part === 'admin');
/** Of pages before the fault whose connection to the api was there already. */
const warmMs = (variant: string): number => {
  const hops = requests(variant, 'before').flatMap((one) => adminHop(one) ?? []);
  const warm = hops.filter((hop) => hop.handshakes === 0);
  expect(warm.length).toBeGreaterThan(100);
  return (
    percentile(
      warm.map((hop) => hop.tookMs).toSorted((a, b) => a - b),
      0.5,
    ) ?? Number.NaN
  );
};

describe('model: admin-ssr', () => {
  test('the way out and in again costs two short trips: 10 ms beside a query of 95', () => {
    const [byPublic, byInternal] = [warmMs('public-url'), warmMs('internal-url')];
    expect(byInternal).toBeGreaterThan(90);
    expect(byPublic - byInternal).toBeGreaterThan(8);
    expect(byPublic - byInternal).toBeLessThan(16);
  });

  test('a new connection to the public URL asks four names and takes a trip for TLS; inside it is one name and none', () => {
    const costs = (variant: string): string[] => {
      const all = journal.flatMap((one) =>
        one.kind === 'request' && one.play === `admin-ssr/${variant}` ? (adminHop(one.outcome) ?? []) : [],
      );
      const cold = all.filter((hop) => (hop.handshakes ?? 0) > 0 && hop.trips === (hop.handshakes ?? 0) + 1);
      return [...new Set(cold.map(({ handshakes, questions }) => `${handshakes} to connect, ${questions} questions`))];
    };
    expect(costs('public-url')).toEqual(['2 to connect, 4 questions']);
    expect(costs('internal-url')).toEqual(['1 to connect, 1 questions']);
  });

  test("without the nodes' POP every page is a 500 of the admin's own, though users reach theirs", () => {
    const failed = requests('public-url', 'during').filter((one) => one.end !== 'ok');
    expect(failed.length).toBeGreaterThan(300);
    expect(new Set(failed.map((one) => one.status))).toEqual(new Set([500]));
    expect(failed.every((one) => adminHop(one) !== undefined && one.hops.some((hop) => hop.part === 'edge'))).toBe(
      true,
    );
  });

  test('with the internal URL nobody notices', () => {
    const during = requests('internal-url', 'during');
    expect([during.length > 300, during.filter((one) => one.end !== 'ok')]).toEqual([true, []]);
  });

  test('the book is right about the way; a changed cell flips that statement and no other', async () => {
    const verdicts = verdictsOf(summarise(journal, { expectations: {}, ci: false }));
    expect(verdicts).toEqual({ 'admin-ssr/public-url/sees': 'confirmed' });
    const book = BOOK.replace('Admin pages fail: the server', 'Admin pages work: the server');
    expect(verdictsOf(await summaryOf({ scenario, book }))).toEqual({ 'admin-ssr/public-url/sees': 'refuted' });
  });
});
