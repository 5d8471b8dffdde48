/** A journal played by hand, cut into episodes: what was before each fault, while it lasted, and after it. */
import { describe, expect, test } from 'vitest';
import type { Entry, Phase, PlayedEntry } from '../../sim/runtimes/entries.ts';
import { inEpisodes } from '../../sim/scenario/episodes.ts';
import { windowsOf } from '../../sim/checkers/window.ts';
import { end, request } from '../checkers/entries.ts';

const run = (mode: 'normal' | 'by-hand') => ({ kind: 'run', atMs: 0, mode }) as unknown as Entry;
const play = {
  kind: 'play',
  atMs: 0,
  play: 'p',
  scenario: 'by-hand',
  variant: 'hand',
  title: 'By hand',
} as unknown as Entry;
const step = (atMs: number, phase: Phase, name = phase as string): PlayedEntry => ({
  kind: 'step',
  atMs,
  play: 'p',
  step: name,
  phase,
});
const fault = (atMs: number, state: 'applied' | 'healed'): PlayedEntry => ({
  kind: 'fault',
  atMs,
  play: 'p',
  as: 'redis',
  fault: 'hang',
  params: {},
  state,
});
const ready: PlayedEntry = { kind: 'ready', atMs: 0, play: 'p', pods: 1, nodes: 1, readyMs: 1 };

const twoFaults: Entry[] = [
  run('by-hand'),
  play,
  ready,
  step(0, 'warm-up'),
  step(1_000, 'before'),
  request('a', 1_500),
  step(2_000, 'during', 'redis hangs'),
  fault(2_000, 'applied'),
  request('b', 2_500),
  step(3_000, 'after'),
  fault(3_000, 'healed'),
  request('c', 3_500),
  step(4_000, 'before', 'users are served'),
  request('d', 4_500),
  step(5_000, 'during', 'redis is dead'),
  fault(5_000, 'applied'),
  request('e', 5_500, { tookMs: 2_000 }),
  step(6_000, 'after'),
  fault(6_000, 'healed'),
  request('f', 6_500),
  end(9_000),
];
const of = (entries: readonly Entry[], name: string) =>
  entries.filter((one): one is PlayedEntry => 'play' in one && one.play === name && one.kind !== 'play');
const windows = (entries: readonly PlayedEntry[]) => windowsOf(entries).map((one) => [one.phase, one.fromMs]);
const ids = (entries: readonly PlayedEntry[]) =>
  entries.flatMap((one) => (one.kind === 'request' ? [one.outcome.requestId] : []));

describe('episodes', () => {
  const cut = inEpisodes(twoFaults);
  test('are as many as something was broken, each named after what broke', () => {
    expect(cut.flatMap((one) => (one.kind === 'play' ? [[one.play, one.title]] : []))).toEqual([
      ['by-hand/1', 'redis hangs'],
      ['by-hand/2', 'redis is dead'],
    ]);
  });
  test('begin with what was before the fault: of a later one, when users were served again', () => {
    expect(windows(of(cut, 'by-hand/1'))).toEqual([
      ['warm-up', 0],
      ['before', 1_000],
      ['during', 2_000],
      ['after', 3_000],
      ['after', 4_000],
    ]);
    expect(windows(of(cut, 'by-hand/2'))).toEqual([
      ['before', 4_000],
      ['during', 5_000],
      ['after', 6_000],
    ]);
  });
  test('hold the requests that were due in them, whenever they ended', () => {
    expect(ids(of(cut, 'by-hand/1'))).toEqual(['a', 'b', 'c', 'd']);
    expect(ids(of(cut, 'by-hand/2'))).toEqual(['d', 'e', 'f']);
  });
  test('end where the next fault begins', () => {
    expect(windowsOf(of(cut, 'by-hand/1')).at(-1)?.toMs).toBe(5_001);
  });
  test('without a settled time between two faults begin right after the first: users were not well then, and that shows', () => {
    const hasty = twoFaults.filter((one) => !(one.kind === 'step' && one.step === 'users are served'));
    expect(windows(of(inEpisodes(hasty), 'by-hand/2'))).toEqual([
      ['before', 3_000],
      ['during', 5_000],
      ['after', 6_000],
    ]);
  });
  test('are none of a step in which nothing was broken: it was refused', () => {
    const refused = [step(1_200, 'during', 'api hangs'), step(1_300, 'before')];
    const at = twoFaults.findIndex((one) => one.kind === 'request');
    const second = inEpisodes(twoFaults.toSpliced(at, 0, ...refused));
    expect(second.flatMap((one) => (one.kind === 'play' ? [one.title] : []))).toEqual(['redis hangs', 'redis is dead']);
    expect(windows(of(second, 'by-hand/1'))).toContainEqual(['during', 2_000]);
  });
  test('are none in a rehearsal, nor where nothing was broken: the journal stays as it is', () => {
    const rehearsal = [run('normal'), ...twoFaults.slice(1)];
    expect(inEpisodes(rehearsal)).toBe(rehearsal);
    const quiet = twoFaults.filter((one) => !(one.kind === 'step' && one.phase === 'during'));
    expect(inEpisodes(quiet)).toBe(quiet);
  });
});
