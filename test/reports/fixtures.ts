/** Runs written by hand: the transcript of a rehearsal, and one run each that changed, proved nothing, could not be judged, or had no fault. */
import type { Entry } from '../../sim/runtimes/entries.ts';
import type { PlayResult, ScenarioResult, Unmentioned } from '../../sim/scenario/summary.ts';
import { playOf, type Played, type PlayWords } from './fixtures/play.ts';
import { runOf, SAME, scenarioOf, statementOf, type Run, type Told } from './fixtures/run.ts';
import { badGateway, redisDead, redisHung, shaky, steady } from './fixtures/traffic.ts';

export { withStatements, withTexts, type Run } from './fixtures/run.ts';

const REDIS = { scenario: 'redis-down', layer: 'Redis down' };
const podMark = (
  play: string,
  atMs: number,
  event: 'Exited' | 'BackOff' | 'Started' | 'NotReady' | 'Ready',
  pod: string,
  detail: string,
): Entry => ({
  kind: 'pod',
  atMs,
  play,
  pod,
  workload: 'redis',
  node: 'node:hetzner2',
  event,
  detail,
  ...(event === 'Exited' ? { exitCode: 137, reason: 'Error' } : {}),
});
const DEAD_MARKS: readonly Entry[] = [
  podMark('redis-down/dead', 14_020, 'Exited', 'redis-0', ''),
  podMark('redis-down/dead', 14_400, 'NotReady', 'redis-0', 'connect refused'),
  { kind: 'endpoints', atMs: 14_610, play: 'redis-down/dead', service: 'redis', ready: [] },
  podMark('redis-down/dead', 15_100, 'BackOff', 'redis-0', 'next start in 10 s'),
  podMark('redis-down/dead', 36_300, 'Ready', 'redis-1', ''),
  { kind: 'endpoints', atMs: 36_520, play: 'redis-down/dead', service: 'redis', ready: ['redis-1'] },
];
const HUNG_MARKS: readonly Entry[] = [
  podMark('redis-down/hung', 36_350, 'Ready', 'redis-1', ''),
  { kind: 'endpoints', atMs: 36_600, play: 'redis-down/hung', service: 'redis', ready: ['redis-1'] },
];
const DEAD: PlayWords = {
  ...REDIS,
  variant: 'dead',
  title: 'Redis, dead',
  saw: '386 of 386 served, lists 96 ms slower',
  pain: 'low',
  behaviour: redisDead,
  sight: 'refused',
  marks: DEAD_MARKS,
};
const HUNG: PlayWords = {
  ...REDIS,
  variant: 'hung',
  title: 'Redis, hung',
  saw: '0 of 371 lists within 10 s',
  pain: 'outage',
  behaviour: redisHung,
  sight: 'reply-silent',
  lostJobs: 41,
  marks: HUNG_MARKS,
  flips: [
    { set: 'workloads.api.settings.redisReadTimeoutMs=200ms', says: "a read time-out of 200 ms in the api's client" },
    { to: 'dead', says: 'a Redis that refuses' },
    { to: 'unplayed', says: 'what this run did not play' },
  ],
};
const RIGHT = {
  verdict: 'confirmed',
  reason: '386 of 386 lists were served from Postgres, 96 ms slower; hits again 0.9 s after the restart',
} as const;
const WRONG = {
  verdict: 'refuted',
  reason:
    'No list came within 10 s: each waits four times for the read time-out of 3 s before it goes to Postgres, and the pool of 20 connections fills',
  since: { kind: 'same', reason: 'the book does not tell dead from hung', since: '2026-11' },
} as const;

function redisDown(): { result: ScenarioResult; played: Played[] } {
  const dead = playOf(DEAD);
  const hung = playOf(HUNG);
  const unmentioned: Unmentioned = {
    id: 'redis-down/both/jobs',
    variant: 'both',
    sentence: '41 of 41 notification jobs were accepted and never ran',
    pain: 'loss',
    since: SAME,
    requestIds: hung.result.ledger.lostJobs,
  };
  return {
    result: scenarioOf(
      'redis-down',
      'Redis down',
      [dead, hung],
      [statementOf(dead, RIGHT), statementOf(hung, WRONG)],
      [unmentioned],
    ),
    played: [dead, hung],
  };
}

function single(
  words: Omit<PlayWords, 'sight'>,
  ...told: readonly Told[]
): { result: ScenarioResult; played: Played[] } {
  const played = playOf({ sight: 'refused', ...words });
  const statements = told.map((one, index) => ({
    ...statementOf(played, one),
    id: `${words.scenario}/${words.variant}/sees-${index + 1}`,
  }));
  return { result: scenarioOf(words.scenario, words.layer, [played], statements), played: [played] };
}
const BUDGET = { judgedOn: ['arithmetic', 'assumed latencies'], source: { file: 'topology/honeydue.md', line: 22 } };
const OTHERS = () => [
  single(
    {
      scenario: 'latency-budget',
      variant: 'warm',
      title: 'Latency budget',
      layer: 'Latency budget',
      saw: 'create task 538 ms: 4 trips to Neon at 95 ms (assumed)',
      pain: 'none',
      behaviour: steady,
    },
    ...[1, 2, 3].map((): Told => ({
      ...BUDGET,
      verdict: 'refuted',
      sentence: 'create task 220 to 310 ms',
      reason:
        'A create takes 538 ms: four statements one by one, each a round trip of 95 ms (assumed), which light alone needs 67 ms for',
    })),
    ...[1, 2, 3].map((): Told => ({
      ...BUDGET,
      verdict: 'confirmed',
      sentence: 'cached list below 250 ms',
      reason: 'A cached list takes 144 ms',
    })),
  ),
  single(
    {
      scenario: 'coredns-down',
      variant: 'silent',
      title: 'CoreDNS, silent',
      layer: 'CoreDNS down',
      saw: '0 of 402 failed while pools were warm, then 31 of 388',
      pain: 'medium',
      behaviour: badGateway(26_000, 36_000, 0.16),
    },
    {
      verdict: 'confirmed',
      sentence: 'New connections fail DNS',
      reason: '0 of 402 requests failed on open connections, 31 of 388 once they had to be opened anew',
    },
  ),
  single(
    {
      scenario: 'api-pod-oom',
      variant: 'once',
      title: 'api pod OOM',
      layer: 'api pod OOM',
      saw: '4 of 1,204 got 502, container back in 1.1 s',
      pain: 'low',
      behaviour: badGateway(14_000, 14_900, 0.25),
    },
    {
      verdict: 'confirmed',
      sentence: '502 to user briefly',
      reason: '4 of 1,204 requests got 502, all within 0.9 s of the kill; container back after 1.1 s',
      judgedOn: ['our api', 'real kernel kill'],
    },
  ),
  single(
    {
      scenario: 'rolling-update',
      variant: 'no-pre-stop',
      title: 'Rolling update',
      layer: 'Rolling update',
      saw: 'no preStop: 7 of 2,410 got 502; preStop 5 s: 0 of 2,398',
      pain: 'low',
      behaviour: badGateway(18_000, 30_000, 0.025),
    },
    {
      verdict: 'refuted',
      sentence: 'zero downtime',
      reason: '7 of 2,410 requests got 502 without preStop, none with preStop 5 s',
    },
  ),
];

/** The rehearsal of the transcript: six statements right, five wrong, one missing, nothing changed. */
export const transcriptRun = (): Run => {
  const [budget, ...rest] = OTHERS();
  return runOf([...(budget === undefined ? [] : [budget]), redisDown(), ...rest]);
};
/** Only `redis-down`, both variants. */
export const redisRun = (): Run => runOf([redisDown()]);
/** The same where no statement is about them, the plays changed. */
export function unsaidRun(change: Partial<PlayResult>): Run {
  const run = redisRun();
  const scenarios = run.summary.scenarios.map((one) => ({
    ...one,
    statements: [],
    unmentioned: [],
    plays: one.plays.map((play) => ({ ...play, ...change })),
  }));
  return { ...run, summary: { ...run.summary, scenarios } };
}
/** A release in which a rolling update drops requests that it did not drop before. */
export const changedRun = (): Run =>
  runOf(
    [
      ...OTHERS().slice(1, 3),
      single(
        {
          scenario: 'rolling-update',
          variant: 'pre-stop',
          title: 'Rolling update',
          layer: 'Rolling update',
          saw: '31 of 2,410 got 502 within 2.1 s',
          pain: 'medium',
          behaviour: badGateway(18_000, 20_100, 0.6),
        },
        {
          verdict: 'refuted',
          sentence: 'zero downtime',
          since: { kind: 'changed', was: '0 of 2,398' },
          reason: 'pod api-6c9 closed its port at 12.41 s, Traefik sent to it until 14.44 s: SIGTERM without drain',
        },
      ),
    ],
    { exitCode: 1 },
  );
/** Redis answered all the while: the fault was not in force. */
export const notProvenRun = (): Run => {
  const played = playOf({
    ...HUNG,
    saw: 'nothing is proven: Redis still answered',
    pain: 'unknown',
    behaviour: steady,
    sight: 'answer',
    lostJobs: 0,
    marks: [],
  });
  const statement = statementOf(played, {
    verdict: 'inconclusive',
    reason: 'Redis still answered PING at 12.4 s, so the fault was not in force',
    next: 'npx twin doctor redis',
  });
  return runOf([{ result: scenarioOf('redis-down', 'Redis down', [played], [statement]), played: [played] }], {
    exitCode: 2,
  });
};
/** A slow machine: requests failed before any fault. */
export const notJudgedRun = (): Run => {
  const played = playOf({
    ...HUNG,
    saw: 'not judged: 22 of 361 failed before the fault',
    pain: 'unknown',
    behaviour: shaky(0.06),
    steady: false,
    marks: [],
  });
  const statement = statementOf(played, {
    verdict: 'inconclusive',
    judged: false,
    reason:
      'before the fault 22 of 361 requests already failed (limit 1 %). Usually a slow machine: load 9.1 on 2 cores',
    next: undefined,
  });
  return runOf([{ result: scenarioOf('redis-down', 'Redis down', [played], [statement]), played: [played] }], {
    exitCode: 3,
  });
};
/** Every scenario without its fault: nothing may be proven. */
export const placeboRun = (): Run => {
  const played = [DEAD, HUNG].map((words) =>
    playOf({
      ...words,
      saw: 'no fault: nothing to see',
      pain: 'unknown',
      behaviour: steady,
      sight: 'answer',
      withheld: true,
      lostJobs: 0,
      marks: [],
    }),
  );
  const statements = played.map((one) =>
    statementOf(one, { verdict: 'inconclusive', reason: 'no fault, so nothing to prove', next: undefined }),
  );
  return runOf([{ result: scenarioOf('redis-down', 'Redis down', played, statements), played }], { mode: 'placebo' });
};
