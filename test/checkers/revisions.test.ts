/** Who answered while a rollout was under way. */
import { describe, expect, test } from 'vitest';
import { byRevision } from '../../sim/checkers/revisions.ts';
import { measure } from '../../sim/checkers/measures.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { PlayedEntry, PodEntry } from '../../sim/runtimes/entries.ts';
import { requestsIn } from '../../sim/checkers/window.ts';
import { end, request, step } from './entries.ts';

const play = 'p';
const pod = (atMs: number, name: string, event: PodEntry['event'], workload = 'api'): PlayedEntry => ({
  ...{ kind: 'pod', atMs, play, pod: name, workload, event, node: 'node:a', detail: '' },
});
const rollout = (atMs: number, as?: string): PlayedEntry => ({
  ...{ kind: 'operation', atMs, play, operation: 'rollout', title: 'roll out api v2', state: 'done' },
  params: { workload: 'api', revision: 'v2' },
  ...(as === undefined ? {} : { as }),
});
const by = (name: string, atMs: number, change: Partial<Outcome> = {}): PlayedEntry =>
  request(`${name}-${atMs}`, atMs, { hops: [{ part: 'api', instance: name, tookMs: 1 }], ...change });
const before = [pod(9_000, 'api-1', 'Scheduled'), pod(9_100, 'api-1', 'Ready'), step(0, 'before')];
const during = [step(1_000, 'during'), rollout(1_000, 'v2'), pod(1_000, 'api-2', 'Scheduled')];
const of = (...entries: PlayedEntry[]): number[] | undefined => {
  const all = [...before, ...during, ...entries, end(9_000)];
  const both = byRevision(all, requestsIn(all, 'during').counted);
  return both && [both.old.length, both.new.length];
};

describe('from the first new pod that is Ready until the last old one is told to end', () => {
  const swap = [pod(2_000, 'api-2', 'Ready'), pod(4_000, 'api-1', 'Terminating')];
  test('answers of both are counted, by the instant they came', () => {
    expect(of(...swap, by('api-1', 2_500), by('api-2', 2_600), by('api-2', 2_700))).toEqual([1, 2]);
    expect(of(...swap, by('api-1', 1_500), by('api-2', 4_500))).toEqual([0, 0]);
    expect(of(...swap, by('api-1', 1_500, { tookMs: 1_000 }), by('api-2', 3_950))).toEqual([1, 0]);
  });
  test('as long as one of several old pods stays, it goes on', () => {
    const two = [pod(9_000, 'api-0', 'Scheduled'), pod(9_000, 'api-0', 'Ready'), ...before, ...during, ...swap];
    const all = [...two, by('api-0', 6_000), by('api-2', 6_000), end(9_000)];
    expect(byRevision(all, requestsIn(all, 'during').counted)).toMatchObject({ old: [{}], new: [{}] });
  });
  test('where no new one ever is Ready, from the rollout on', () => {
    expect(of(pod(1_500, 'api-2', 'BackOff'), by('api-1', 1_200), by('api-1', 8_000))).toEqual([2, 0]);
  });
  test('pods of the bring-up are old, whatever its clock said; of other workloads none is either', () => {
    expect(of(...swap, pod(1_000, 'worker-2', 'Scheduled', 'worker'), by('worker-2', 2_500))).toEqual([0, 0]);
  });
  test('a rollout that undoes another is none of its own', () => {
    const all = [...before, step(1_000, 'during'), rollout(1_000), by('api-1', 1_500), end(9_000)];
    expect(byRevision(all, requestsIn(all, 'during').counted)).toBeUndefined();
  });
  test('what is brought when it is taken back is neither old nor new', () => {
    const started = (atMs: number, revision: string): PlayedEntry => ({
      ...{ kind: 'rollout', atMs, play, workload: 'api', revision, state: 'started', detail: '' },
    });
    const stuck = pod(1_500, 'api-2', 'BackOff');
    const back = [started(5_000, 'v1'), pod(5_000, 'api-3', 'Scheduled'), pod(5_500, 'api-3', 'Ready')];
    expect(of(stuck, by('api-1', 1_200), by('api-1', 4_000), ...back, by('api-3', 6_000))).toEqual([2, 0]);
    // It starts a moment after it was asked for, and is not the next one.
    const live = [started(1_000.4, 'v2'), pod(1_001, 'api-4', 'Scheduled'), pod(2_000, 'api-4', 'Ready')];
    expect(of(...live, by('api-4', 2_500), by('api-1', 2_600))).toEqual([1, 1]);
  });
  test('the share is that of the revision with fewer answers', () => {
    const all = [...before, ...during, ...swap, ...[1, 2, 3].map((n) => by('api-1', 2_500 + n)), by('api-2', 3_000)];
    expect(measure(all, { measure: 'share-by-each-revision', min: 0.1, unit: 'share' }, 10_000)).toMatchObject({
      value: 0.25,
      n: 4,
      byRevision: { old: 3, new: 1 },
    });
  });
});
