/** What the edge had before a fault, from the journal alone. */
import { expect, test } from 'vitest';
import { journeysAtEdge } from '../../sim/checkers/edge-cache.ts';
import { measure } from '../../sim/checkers/measures.ts';
import { silenceAbout } from '../../sim/checkers/traits.ts';
import type { PlayedEntry, Predicate } from '../../sim/runtimes/entries.ts';
import { request, steps } from './entries.ts';

const cached = (value: string) => ({ evidence: { headers: { 'cf-cache-status': value }, bodyHead: '' } });
const served: Predicate = { measure: 'share-ok', where: { cache: 'edge' }, min: 0.99, unit: 'share' };
const before = (journey: string, ...values: string[]): PlayedEntry[] =>
  values.map((value, n) => request(`${journey}-${n}`, 10 * n, { journey, ...cached(value) }));

test('a journey is at the edge when more than half of its answers came from there before the fault', () => {
  const entries = [...steps(), ...before('photos', 'MISS', 'HIT', 'HIT'), ...before('new', 'MISS', 'HIT')];
  expect(journeysAtEdge(entries)).toEqual(['photos']);
});
test('what is measured is those journeys while the fault lasts, whatever the edge says of them then', () => {
  const entries = [
    ...steps(),
    ...before('photos', 'HIT'),
    request('a', 1_100, { journey: 'photos', ...cached('HIT') }),
    request('b', 1_200, { journey: 'photos', end: 'fail', status: 500, ...cached('MISS') }),
    request('c', 1_300, { journey: 'new', end: 'fail', status: 500, ...cached('MISS') }),
  ];
  expect(measure(entries, served, 10_000)).toMatchObject({ value: 0.5, n: 2, requestIds: ['b'] });
  expect(silenceAbout(served, entries)).toBeUndefined();
});
test('from the edge is what it answered itself and right: fresh copies, and stale ones that stand in', () => {
  const atEdge: Predicate = { measure: 'share-at-edge', where: { journey: 'site' }, min: 0.95, unit: 'share' };
  const during = ['HIT', 'STALE', 'REVALIDATED', 'EXPIRED', 'MISS', 'DYNAMIC'].map((value, n) =>
    request(value, 1_100 + n, { journey: 'site', ...cached(value) }),
  );
  const failed = request('failed', 1_200, { journey: 'site', end: 'fail', status: 521, ...cached('HIT') });
  expect(measure([...steps(), ...during, failed], atEdge, 10_000)).toMatchObject({
    n: 7,
    hits: 2,
    requestIds: ['REVALIDATED', 'EXPIRED', 'MISS', 'DYNAMIC', 'failed'],
  });
});
test('nothing at the edge: nothing to measure, and why', () => {
  const entries = [...steps(), ...before('photos', 'BYPASS'), request('a', 1_100, { journey: 'photos' })];
  expect(measure(entries, served, 10_000).value).toBeUndefined();
  expect(silenceAbout(served, entries)?.reason).toBe("nothing came from the edge's cache before the fault");
});
