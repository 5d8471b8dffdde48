/** What users see just now, and when they are served again. */
import { describe, expect, test } from 'vitest';
import type { Outcome, PlannedRequest } from '../../sim/runtimes/contract.ts';
import { Users } from '../../sim/studies/by-hand/users.ts';

const PATIENCE_MS = 10_000;
const request = (n: number, atMs: number): PlannedRequest => ({
  requestId: `r${n}`,
  atMs,
  journey: 'list',
  user: 1,
  method: 'GET',
  url: '/',
  headers: {},
});
const outcome = (n: number, atMs: number, tookMs: number, end: Outcome['end'] = 'ok'): Outcome => ({
  requestId: `r${n}`,
  journey: 'list',
  user: 1,
  atMs,
  end,
  tookMs,
  hops: [],
  evidence: { headers: {}, bodyHead: '' },
});
/** Requests due every 100 ms; each ends as `ends` says, or not at all. */
function users(count: number, ends: (n: number) => { tookMs: number; end?: Outcome['end'] } | undefined): Users {
  const all = new Users(PATIENCE_MS);
  const due = [...all.following(Array.from({ length: count }, (_, n) => request(n, n * 100)))];
  for (const [n, one] of due.entries()) {
    const how = ends(n);
    if (how !== undefined) all.end(outcome(n, one.atMs, how.tookMs, how.end));
  }
  return all;
}

describe('what users see now', () => {
  test('counts what ended in the last five seconds', () => {
    expect(users(100, () => ({ tookMs: 50 })).view(10_000)).toEqual({ of: 50, ok: 50, p95Ms: 50, isMore: false });
  });
  test('counts a right answer after their patience, and a wait beyond it, as not ok', () => {
    const view = users(2, (n) => (n === 0 ? { tookMs: 12_000 } : undefined)).view(12_500);
    expect(view).toMatchObject({ of: 2, ok: 0 });
  });
  test('tells how long they have waited when nothing ends: more than that it will be', () => {
    expect(users(30, () => undefined).view(6_000)).toEqual({ of: 0, ok: 0, p95Ms: 5_900, isMore: true });
  });
  test('says nothing of nothing', () => {
    expect(new Users(PATIENCE_MS).view(0)).toEqual({ of: 0, ok: 0, p95Ms: undefined, isMore: false });
  });
  test('counts every end once, for as long as it lives', () => {
    const all = users(5_000, (n) => (n % 10 === 0 ? { tookMs: 10, end: 'fail' } : { tookMs: 10 }));
    expect({ total: all.total, failed: all.failed }).toEqual({ total: 5_000, failed: 500 });
  });
});

describe('users are served again', () => {
  test('from the first request after the last that failed or still waits', () => {
    const all = users(60, (n) => (n < 20 ? { tookMs: 10, end: 'fail' } : { tookMs: 10 }));
    expect(all.servedAgainAfter(1_000, 6_000)).toBe(1_000);
  });
  test('at once when none failed', () => {
    expect(users(60, () => ({ tookMs: 10 })).servedAgainAfter(1_000, 6_000)).toBe(0);
  });
  test('from after one that still waits, when all since are served', () => {
    expect(users(60, (n) => (n === 30 ? undefined : { tookMs: 10 })).servedAgainAfter(1_000, 6_000)).toBe(2_100);
  });
  test.each([
    ['the last failed', (n: number) => ({ tookMs: 10, end: n === 55 ? ('fail' as const) : ('ok' as const) })],
    ['nobody was answered', () => undefined],
  ])('is not said while %s', (_, ends) => {
    expect(users(60, ends).servedAgainAfter(1_000, 6_000)).toBe(undefined);
  });
});
