/**
 * One-off changes as `--set` takes them, each with what is physically forced by it: a longer way takes longer, fewer places to
 * go to lose more. Drawn by seed; played on the model here, and on embedded in test/long.
 */
import { ascending, percentile } from '../../sim/checkers/statistics.ts';
import { createPrng, type Prng } from '../../sim/prng.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import apiPodOom from '../../scenarios/api-pod-oom.ts';
import latencyBudget from '../../scenarios/latency-budget.ts';
import postgresDown from '../../scenarios/postgres-down.ts';
import redisDown from '../../scenarios/redis-down.ts';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import traefikDown from '../../scenarios/traefik-down.ts';

/** A scenario with one of its variants, and of what that changes in the topology nothing that is set here. */
function only(scenario: Scenario, id: string, set?: Scenario['variants'][string]['set']): Scenario {
  const variant = scenario.variants[id];
  if (variant === undefined) throw new Error(`${scenario.id} has no variant ${id}`);
  return { ...scenario, variants: { [id]: set === undefined ? variant : { ...variant, set } } };
}
export const PLAYS = {
  well: only(latencyBudget, 'well'),
  hung: only(redisDown, 'hung'),
  oom: only(apiPodOom, 'once'),
  'traefik-dead': only(traefikDown, 'one-node'),
  'rolled-out': only(rollingUpdate, 'no-pre-stop', { routing: 'endpoints' }),
  'postgres-hung': only(postgresDown, 'hung'),
} as const;
export type PlayName = keyof typeof PLAYS;

const outcomesOf = (entries: readonly Entry[], journey?: string): Outcome[] =>
  entries.flatMap((one) =>
    one.kind === 'request' && (journey === undefined || one.outcome.journey === journey) ? [one.outcome] : [],
  );
const shareOf = (outcomes: readonly Outcome[], is: (one: Outcome) => boolean): number =>
  outcomes.filter(is).length / Math.max(1, outcomes.length);
/** How long the faster ones take: distance is in every request, what else this machine does is least in these. */
const FASTER = 0.1;
const soonest =
  (journey: string) =>
  (entries: readonly Entry[]): number => {
    const took = outcomesOf(entries, journey).flatMap((one) => (one.end === 'ok' ? [one.tookMs] : []));
    return percentile(ascending(took), FASTER) ?? Number.NaN;
  };
const failed = (entries: readonly Entry[]): number => shareOf(outcomesOf(entries), (one) => one.end !== 'ok');
/** Lists that came after more than this had to wait for something that did not answer. */
const WAITED_MS = 2_000;
const waited = (entries: readonly Entry[]): number =>
  shareOf(outcomesOf(entries, 'listTasks'), (one) => one.end !== 'ok' || one.tookMs > WAITED_MS);
const fromCache = (entries: readonly Entry[]): number =>
  shareOf(outcomesOf(entries, 'listTasks'), ({ evidence }) => evidence.headers['x-cache'] === 'HIT');
/** DNS questions that the ingress asked: none where it sends to pod addresses (facts 2.6). */
const asked = (entries: readonly Entry[]): number =>
  outcomesOf(entries)
    .flatMap((one) => one.hops)
    .reduce((sum, hop) => sum + (hop.part === 'ingress' ? (hop.questions ?? 0) : 0), 0);

interface Generator {
  readonly about: string;
  readonly draw: (prng: Prng) => string;
  readonly play: PlayName;
  readonly measure: (entries: readonly Entry[]) => number;
  readonly goes: 'up' | 'down';
}
const between = (prng: Prng, least: number, most: number): number => least + prng.below(most - least + 1);

const GENERATORS: readonly Generator[] = [
  {
    about: 'a longer way to Neon makes creates slower',
    draw: (prng) => `links.neon.rtt=${between(prng, 150, 300)}ms`,
    play: 'well',
    measure: soonest('createTask'),
    goes: 'up',
  },
  {
    about: 'a shorter way to Neon makes creates faster',
    draw: (prng) => `links.neon.rtt=${between(prng, 2, 40)}ms`,
    play: 'well',
    measure: soonest('createTask'),
    goes: 'down',
  },
  {
    about: 'a longer way from the edge makes lists slower',
    draw: (prng) => `links.pop-node.rtt=${between(prng, 180, 400)}ms`,
    play: 'well',
    measure: soonest('listTasks'),
    goes: 'up',
  },
  {
    about: 'a longer way to the edge makes lists slower',
    draw: (prng) => `links.user-pop.rtt=${between(prng, 60, 200)}ms`,
    play: 'well',
    measure: soonest('listTasks'),
    goes: 'up',
  },
  {
    about: 'a cache that forgets at once answers fewer lists',
    draw: (prng) => `workloads.api.settings.cacheTtlSeconds=${between(prng, 1, 2)}`,
    play: 'postgres-hung',
    measure: fromCache,
    goes: 'down',
  },
  {
    about: 'Traefik that sends to pod addresses asks for no name',
    draw: () => 'routing=endpoints',
    play: 'traefik-dead',
    measure: asked,
    goes: 'down',
  },
  {
    about: 'fewer api pods lose a larger share to one that dies',
    draw: (prng) => `workloads.api.replicas=${between(prng, 1, 2)}`,
    play: 'oom',
    measure: failed,
    goes: 'up',
  },
  {
    about: 'a preStop longer than the news takes loses fewer to a rollout',
    draw: (prng) => `workloads.api.preStop=${between(prng, 5, 8)}s`,
    play: 'rolled-out',
    measure: failed,
    goes: 'down',
  },
  {
    about: 'a shorter read time-out lets fewer lists wait for a Redis that hangs',
    draw: (prng) => `workloads.api.settings.redisReadTimeoutMs=${between(prng, 100, 300)}ms`,
    play: 'hung',
    measure: waited,
    goes: 'down',
  },
  {
    about: 'no retry lets fewer lists wait long for a Redis that hangs',
    draw: () => 'workloads.api.settings.redisMaxRetries=0',
    play: 'hung',
    measure: (entries) =>
      shareOf(outcomesOf(entries, 'listTasks'), (one) => one.end !== 'ok' || one.tookMs > 4 * WAITED_MS),
    goes: 'down',
  },
  {
    about: 'an edge that does not try again passes on what one dead node refuses',
    draw: () => 'externals.edge-dallas.settings.retry=false',
    play: 'traefik-dead',
    measure: failed,
    goes: 'up',
  },
];

export interface Change extends Generator {
  readonly set: string;
}
/** So many changes, none of a generator twice. */
export function drawChanges(seed: number, count: number): Change[] {
  const prng = createPrng(seed);
  return GENERATORS.map((one) => ({ one, at: prng.below(1_000_000) }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ one }) => ({ ...one, set: one.draw(prng) }));
}
/** Whether a measure moved as it must; a move smaller than this of what it was is none. */
const LEAST = 0.02;
export function movedAs({ goes }: Change, before: number, after: number): boolean {
  const by = (goes === 'up' ? after - before : before - after) / Math.max(Math.abs(before), Number.EPSILON);
  return by > LEAST;
}
