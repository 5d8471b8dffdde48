import { expect, it } from 'vitest';
import { timeline } from '../../../reports/html/timeline.ts';
import { request } from '../../checkers/entries.ts';

const sent = request('r', 1_000);
/** The labels of the time axis of a play that lasts so long. */
const labels = (lastsMs: number): string[] => {
  const drawing = timeline({
    phases: [{ phase: 'during', fromMs: 0, toMs: lastsMs, journeys: {} }],
    faulty: [],
    requests: sent.kind === 'request' ? [sent.outcome] : [],
    marks: [],
    patienceMs: 10_000,
    isUnproven: false,
  });
  return [...(drawing?.text ?? '').matchAll(/text-anchor="middle"\s*>([^<]*)</g)].map(([, text = '']) => text);
};

it.each([
  [48_000, '45 s'],
  [3_600_000, '3600 s'],
  [24 * 3_600_000, '86400 s'],
  [14 * 24 * 3_600_000, '1209600 s'],
])('the time axis of %d ms has room for its labels', (lastsMs, last) => {
  expect(labels(lastsMs).length).toBeLessThanOrEqual(15);
  expect(labels(lastsMs).at(-1)).toBe(last);
});
