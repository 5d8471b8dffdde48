/** A whole journal written by hand: one run, one play of one variant, the claims asked for. */
import type {
  Claim,
  Entry,
  PlayedEntry,
  PlayEntry,
  Predicate,
  ProofEntry,
  RunEntry,
} from '../../sim/runtimes/entries.ts';
import { readback, request, step, end } from '../checkers/entries.ts';

export const run: RunEntry = {
  kind: 'run',
  atMs: 0,
  version: 1,
  runId: 'r',
  startedAt: '2026-01-01T00:00:00.000Z',
  runtime: 'model',
  seed: 7,
  tempo: 1,
  profile: 'physical',
  rateRps: 20,
  mode: 'normal',
  topology: { id: 't', title: 'T', nodes: 3 },
  api: 'reference',
  host: { cores: 2, memoryBytes: 1, platform: 'test', node: 'v24' },
  command: 'npx twin rehearse redis-down',
};
export const play: PlayEntry = {
  kind: 'play',
  atMs: 0,
  play: 'p',
  scenario: 's',
  variant: 'v',
  title: 'S, v',
  scenarioTitle: 'S',
  layer: 'L',
  minHits: 10,
  patienceMs: 10_000,
  hypothesis: [{ measure: 'share-ok', min: 0.99, unit: 'share' }],
  exposed: ['list'],
  expectedExposed: 400,
  shortened: [],
  parts: [{ role: 'Redis', kind: 'real', version: '7' }],
  journeys: {
    list: { title: 'lists', enqueues: false, writes: false },
    create: { title: 'new tasks', enqueues: true, writes: true },
  },
};
export const works: Predicate = { measure: 'share-ok', where: { journey: 'list' }, min: 0.99, unit: 'share' };
export const claim = (about: Claim['about'], text: string, predicates: readonly Predicate[]): Entry => ({
  kind: 'claim',
  atMs: 0,
  claim: { source: { file: 'book.md', line: 3, text }, scenario: 's', about, predicates, unread: [] },
});
export type ProofStage = ProofEntry['stage'];
export const proof = (stage: ProofStage, atMs: number): ProofEntry => ({
  kind: 'proof',
  atMs,
  play: 'p',
  as: 'f',
  stage,
  from: 'node:a',
  about: 'redis from node:a',
  question: { ask: 'ping' },
  expected: ['refused'],
  answer: { saw: 'refused', detail: '', tookMs: 1 },
  holds: true,
});
const lists = (count: number, fromMs: number, bad: number): PlayedEntry[] =>
  Array.from({ length: count }, (_, n) =>
    request(`l${fromMs}-${n}`, fromMs + n, n < bad ? { end: 'fail', status: 500 } : {}),
  );

export interface Shape {
  readonly claims?: readonly Entry[];
  /** Of the 400 lists sent while the fault lasted, those that failed. */
  readonly bad?: number;
  /** Of the 100 before the fault. */
  readonly badBefore?: number;
  readonly played?: readonly PlayedEntry[];
  readonly mode?: RunEntry['mode'];
}
export const journal = (shape: Shape = {}): Entry[] => [
  { ...run, mode: shape.mode ?? 'normal' },
  ...(shape.claims ?? [claim('sees', 'keeps serving', [works])]),
  play,
  step(0, 'before'),
  ...lists(100, 0, shape.badBefore ?? 0),
  proof('before', 500),
  step(1_000, 'during'),
  ...lists(400, 1_000, shape.bad ?? 0),
  proof('during', 1_500),
  step(2_000, 'after'),
  ...lists(100, 2_000, 0),
  proof('after', 2_500),
  ...(shape.played ?? [readback({})]),
  end(3_000),
  { kind: 'run-end', atMs: 3_000, wallMs: 3_000, ended: 'complete' },
];
