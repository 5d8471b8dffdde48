/** Journal entries written by hand, for checkers. */
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Phase, PlayedEntry } from '../../sim/runtimes/entries.ts';

const play = 'p';
export const step = (atMs: number, phase: Phase): PlayedEntry => ({ kind: 'step', atMs, play, step: phase, phase });
export const end = (atMs: number): PlayedEntry => ({ kind: 'play-end', atMs, play });
export const fault = (atMs: number, state: 'applied' | 'healed'): PlayedEntry => ({
  ...{ kind: 'fault', atMs, play, as: 'it', fault: 'crash', params: {}, state },
});
/** The twin stood still for `stalledMs` until `atMs`. */
export const stall = (atMs: number, stalledMs: number): PlayedEntry => ({ kind: 'stall', atMs, play, stalledMs });
export const readback = (writes: Record<string, number>, jobs: Record<string, number> = {}): PlayedEntry => ({
  kind: 'readback',
  atMs: 99_000,
  play,
  writes,
  jobs,
});
/** A list of user 1, due at `atMs`, answered right in 100 ms, unless `change` says otherwise. */
export function request(requestId: string, atMs: number, change: Partial<Outcome> = {}): PlayedEntry {
  const outcome: Outcome = {
    requestId,
    journey: 'list',
    user: 1,
    atMs,
    end: 'ok',
    status: 200,
    tookMs: 100,
    hops: [],
    evidence: { headers: {}, bodyHead: '[]' },
    ...change,
  };
  return { kind: 'request', atMs: atMs + outcome.tookMs, play, outcome };
}
/** An answer without a status: `error` is what was seen instead. */
export function unanswered(requestId: string, atMs: number, change: Partial<Outcome>): PlayedEntry {
  const entry = request(requestId, atMs, change);
  if (entry.kind !== 'request') throw new Error('not a request');
  const { status: _status, ...outcome } = entry.outcome;
  return { ...entry, outcome };
}
/** before from 0, during from 1,000, after from 2,000, over at 3,000. */
export const steps = (): PlayedEntry[] => [step(0, 'before'), step(1_000, 'during'), step(2_000, 'after'), end(3_000)];
