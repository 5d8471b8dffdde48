/** What is drawn of a play: above all, when a fault was in force. */
import { describe, expect, test } from 'vitest';
import { evidenceByPlay } from '../../reports/evidence.ts';
import type { FaultEntry, PlayedEntry } from '../../sim/runtimes/entries.ts';
import { end, step } from '../checkers/entries.ts';
import { play } from '../scenario/journal.ts';

const fault = (as: string, atMs: number, state: FaultEntry['state']): PlayedEntry => ({
  kind: 'fault',
  play: 'p',
  atMs,
  as,
  fault: 'hang',
  params: {},
  state,
});
const faultyOf = (...entries: PlayedEntry[]) =>
  evidenceByPlay([play, step(0, 'before'), ...entries, end(9_000)]).get('p')?.faulty;

describe('a fault is in force', () => {
  test('until it is healed, though users were well before that', () => {
    expect(
      faultyOf(step(1_000, 'during'), fault('a', 1_100, 'applied'), step(4_000, 'after'), fault('a', 8_000, 'healed')),
    ).toEqual([{ fromMs: 1_100, toMs: 8_000 }]);
  });
  test('as long as one of several is; and again when one comes later', () => {
    expect(
      faultyOf(
        step(1_000, 'during'),
        fault('a', 1_000, 'applied'),
        fault('b', 2_000, 'applied'),
        fault('a', 3_000, 'healed'),
        fault('b', 4_000, 'healed'),
        fault('c', 6_000, 'applied'),
      ),
    ).toEqual([
      { fromMs: 1_000, toMs: 4_000 },
      { fromMs: 6_000, toMs: 9_000 },
    ]);
  });
  test('where none was applied, for as long as one would have been', () => {
    expect(faultyOf(step(1_000, 'during'), fault('a', 1_100, 'withheld'), step(4_000, 'after'))).toMatchObject([
      { fromMs: 1_100, toMs: 4_000 },
    ]);
  });
});
