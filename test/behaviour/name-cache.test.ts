/** CoreDNS' cache plugin as k3s sets it (facts 3.9: `cache 30`, min 5 s, SERVFAIL 5 s, no serve_stale). */
import { describe, expect, it } from 'vitest';
import { cacheLimits, NameCache, type Found } from '../../sim/behaviour/name-cache.ts';
import { timer } from '../../topology/timers.ts';

const LIMITS = cacheLimits((name) => timer(name).ms);
/** A cache in front of a source that answers with how often it was asked. */
function asking(ttlMs: Found<number>['ttlMs']) {
  const cache = new NameCache<number>(LIMITS);
  let asked = 0;
  return (name: string, nowMs: number) => cache.answer(name, nowMs, () => ({ answer: ++asked, ttlMs }));
}

describe("resolver: CoreDNS' cache (facts 3.9)", () => {
  it.each([
    ['300 s of a forwarded record are 30 s', 300_000, 30_000],
    ['12 s stay as they are', 12_000, 12_000],
    ["a Service's 5 s stay as they are", 5_000, 5_000],
    ['1 s is 5 s', 1_000, 5_000],
    ['what could not be found out (SERVFAIL) is told for 5 s', 'failure', 5_000],
  ] as const)('keeps an answer for its TTL within 5 and 30 s: %s', (_title, ttlMs, keptMs) => {
    const ask = asking(ttlMs);
    expect(ask('a', 0)).toEqual({ answer: 1, leftMs: keptMs });
    expect(ask('a', keptMs - 1)).toEqual({ answer: 1, leftMs: 1 });
    expect(ask('a', keptMs)).toEqual({ answer: 2, leftMs: keptMs });
  });
  it('keeps each name for itself', () => {
    const ask = asking(300_000);
    expect([ask('a', 0).answer, ask('b', 0).answer, ask('a', 1).answer]).toEqual([1, 2, 1]);
  });
});
