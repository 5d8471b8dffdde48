/** cloudflare-dns-down on the model: an answer lives out its TTL, an open connection asks nobody, the rest fails (facts 0.1 row 1). */
import { describe, expect, test } from 'vitest';
import cloudflareDnsDown from '../../scenarios/cloudflare-dns-down.ts';
import { askedForName } from '../../sim/checkers/names.ts';
import { requestsIn, windowsOf } from '../../sim/checkers/window.ts';
import { docker } from '../../sim/runtimes/docker/runtime.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Entry, PlayedEntry } from '../../sim/runtimes/entries.ts';
import { refuseUnmodelled } from '../../sim/scenario/method.ts';
import { actionsOf } from '../../sim/scenario/scenario.ts';
import { BOOK, journalOf, summaryOf, verdictsOf } from './play.ts';

const scenario = cloudflareDnsDown;
const journal = await journalOf({ scenario });
const VARIANTS = ['silent', 'servfail'] as const;
type Variant = (typeof VARIANTS)[number];
function sentIn(variant: Variant, told: string): readonly Outcome[] {
  const entries = journal.filter(
    (one: Entry): one is PlayedEntry => 'play' in one && one.kind !== 'play' && one.play.endsWith(`/${variant}`),
  );
  const window = windowsOf(entries).find((one) => one.told === told);
  return window === undefined ? [] : requestsIn(entries, window).counted;
}
const CACHED = 'while phones had the answer of before';
const OPEN = 'while connections were open';
const ENDED = 'once they had ended';
const failedOf = (sent: readonly Outcome[]): readonly Outcome[] => sent.filter((one) => one.end !== 'ok');
const VERDICTS = {
  'cloudflare-dns-down/silent/sees': 'confirmed',
  'cloudflare-dns-down/silent/recovers': 'refuted',
  'cloudflare-dns-down/servfail/sees': 'confirmed',
  'cloudflare-dns-down/servfail/recovers': 'refuted',
};

describe('model: cloudflare-dns-down', () => {
  test.each([1, 5, 20])(
    'tempo %i: the book is right about who asks, and its fallback takes two days',
    async (tempo) => {
      expect(verdictsOf(await summaryOf({ scenario, tempo }))).toEqual(VERDICTS);
    },
  );
  test.each(VARIANTS)(
    '%s: who lost his connection dials the answer of before for as long as its TTL of 300 s',
    (variant) => {
      const sent = sentIn(variant, CACHED);
      expect(sent.length).toBeGreaterThan(150);
      expect(sent.filter((one) => askedForName(one) && one.end === 'ok')).toEqual([]);
      const anew = sent.filter((one) => one.end === 'ok' && one.hops.some((hop) => (hop.handshakes ?? 0) > 0));
      expect(anew.length).toBeGreaterThan(40);
    },
  );
  test.each(VARIANTS)('%s: whose connection is open asks nobody and goes on', (variant) => {
    const sent = sentIn(variant, OPEN);
    expect([sent.filter(askedForName), failedOf(sent)]).toEqual([[], []]);
  });
  test.each(VARIANTS)(
    '%s: then nobody gets anywhere, and there is no status: no request leaves the phone',
    (variant) => {
      const failed = failedOf(sentIn(variant, ENDED));
      expect(failed.length).toBeGreaterThan(100);
      expect(new Set(failed.map((one) => `${one.end} ${one.status} ${one.error}`))).toEqual(
        new Set([`fail undefined ${variant === 'silent' ? 'reply-silent' : 'servfail'}`]),
      );
    },
  );
  test('silence is waited for twice 5 s, a SERVFAIL is told at once', () => {
    expect(Math.min(...failedOf(sentIn('silent', ENDED)).map((one) => one.tookMs))).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...failedOf(sentIn('servfail', ENDED)).map((one) => one.tookMs))).toBeLessThan(1_000);
  });
  test.each(VARIANTS)(
    '%s: the zone is moved, and until its old delegation is forgotten that helps nobody',
    (variant) => {
      const after = journal.filter(
        (one: Entry): one is PlayedEntry => 'play' in one && one.kind !== 'play' && one.play.endsWith(`/${variant}`),
      );
      const [moved, led] = windowsOf(after).filter((window) => window.phase === 'after');
      if (moved === undefined || led === undefined) throw new Error('no such steps');
      const [old, fresh] = [requestsIn(after, moved).counted, requestsIn(after, led).counted];
      expect(old.length).toBeGreaterThan(100);
      expect(old.filter((one) => one.end === 'ok')).toEqual([]);
      expect(fresh.filter(askedForName).length).toBeGreaterThan(50);
      expect(failedOf(fresh)).toEqual([]);
    },
  );
  test('a book that gives the fallback two days is right', async () => {
    const book = BOOK.replace('A DNS fallback by hand', 'A DNS fallback by hand within 50 hours');
    const verdicts = verdictsOf(await summaryOf({ scenario, book }));
    expect(Object.values(verdicts)).toEqual(['confirmed', 'confirmed', 'confirmed', 'confirmed']);
  });
  test('whether it ends by itself when the name servers are back is not known: by then the zone was moved', async () => {
    const book = BOOK.replace('A DNS fallback by hand, hardly ever needed', 'Automatic');
    const verdicts = verdictsOf(await summaryOf({ scenario, book }));
    expect(verdicts).toEqual({
      ...VERDICTS,
      'cloudflare-dns-down/silent/recovers': 'inconclusive',
      'cloudflare-dns-down/servfail/recovers': 'inconclusive',
    });
  });
  test('a changed cell flips that statement and no other', async () => {
    const book = BOOK.replace("api.myhoneydue.com can't be resolved", 'Nobody notices');
    expect(verdictsOf(await summaryOf({ scenario, book }))).toEqual({
      ...VERDICTS,
      'cloudflare-dns-down/silent/sees': 'refuted',
      'cloudflare-dns-down/servfail/sees': 'refuted',
    });
  });
  test('docker refuses by name what it can not do', () => {
    const [silent] = Object.values(scenario.variants);
    expect(() => refuseUnmodelled(docker(), silent === undefined ? [] : actionsOf(silent))).toThrow(
      /runtime "docker" cannot do "servfail", which fault "names-outage" needs/,
    );
  });
});
