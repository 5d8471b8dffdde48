/** What users saw, in one cell: its numbers are all of the same requests. */
import { expect, test } from 'vitest';
import { sawOf } from '../../sim/scenario/saw.ts';
import { end, request, step } from '../checkers/entries.ts';
import { play } from './journal.ts';

test('where steps say when they were, codes are of the requests that are told, not of those between', () => {
  const failed = (from: number, count: number, status: number) =>
    Array.from({ length: count }, (_, n) => request(`r${from}-${n}`, from + n, { end: 'fail', status }));
  const entries = [
    step(0, 'before'),
    { ...step(1_000, 'during'), told: 'while pools were warm' },
    request('w', 1_100),
    step(2_000, 'during'),
    ...failed(2_100, 7, 502),
    { ...step(3_000, 'during'), told: 'once they were not' },
    ...failed(3_100, 5, 503),
    end(4_000),
  ];
  expect(sawOf(play, [], entries)).toBe(
    '0 of 1 lists failed while pools were warm, then 5 of 5 once they were not; 5 got 503',
  );
});
