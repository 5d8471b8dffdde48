/** From a load script to the requests of a play: who sends what, when. Everything is drawn here, before the first is sent. */
import type { PlannedRequest } from '../runtimes/contract.ts';
import type { Prng } from '../prng.ts';
import type { RecordedRequest } from './k6/modules.ts';
import type { LoadScript } from './script.ts';

export interface PlanOptions {
  readonly prng: Prng;
  /** All journeys together; undefined keeps the script's own rates. */
  readonly rateRps: number | undefined;
  /** At least so many users; more where each would be back too soon. */
  readonly population: number;
  readonly untilMs: number;
}
/** Sum of the script's own rates. */
export const scriptRateRps = (script: LoadScript): number => script.journeys.reduce((sum, one) => sum + one.rateRps, 0);

/** No user of any population: what this one does is nobody's, and is found nowhere. The schema's seed has a residence for it. */
export const EXAMINER = 9_998;
/** One request of each journey, by a user that no play has. */
export const oneOfEach = ({ journeys }: LoadScript): PlannedRequest[] =>
  journeys.map(({ journey, render }) => requestOf(journey, EXAMINER, 0, render(EXAMINER, 0), 0));
function requestOf(journey: string, user: number, n: number, sent: RecordedRequest, atMs: number): PlannedRequest {
  const requestId = sent.headers['X-Request-Id'] ?? `u${user}-${journey}-${n}`;
  return { requestId, atMs, journey, user, ...sent };
}

/**
 * Who saves a task looks at his list afterwards, not meanwhile: nobody is back sooner, in seconds. While all connections are
 * new a create takes up to 2.8 s (measured at 45 requests a second); a list read meanwhile would be cached without the task.
 */
const LEAST_TURN_S = 3;
const isPrime = (n: number): boolean => {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
};
/** As many as there are and as it takes for such turns; a prime, lest each had a journey of his own for ever. */
function usersAt(rateRps: number, population: number): number {
  let users = Math.max(population, Math.ceil(rateRps * LEAST_TURN_S));
  while (!isPrime(users)) users++;
  return Math.min(users, EXAMINER - 1);
}

/** A seeded order of the users; each takes a turn before anyone takes a second, so that nobody races with himself. */
function shuffled(population: number, prng: Prng): number[] {
  const users = Array.from({ length: population }, (_, index) => index + 1);
  for (let i = users.length - 1; i > 0; i--) {
    const j = prng.below(i + 1);
    const [a, b] = [users[i] ?? 0, users[j] ?? 0];
    users[i] = b;
    users[j] = a;
  }
  return users;
}

/** Requests in the order they are due, at even distances a journey (k6: constant arrival rate), open-loop. */
export const planRequests = (script: LoadScript, options: PlanOptions): PlannedRequest[] => [
  ...requestsDue(script, options),
];

/** The same one after the other, each rendered when it is asked for: `untilMs` may be Infinity. */
export function* requestsDue(script: LoadScript, options: PlanOptions): Generator<PlannedRequest, void> {
  const rateRps = options.rateRps ?? scriptRateRps(script);
  const factor = rateRps / scriptRateRps(script);
  const lanes = script.journeys.map((journey) => {
    const everyMs = 1_000 / (journey.rateRps * factor);
    return { journey, everyMs, offsetMs: options.prng.split(journey.journey).next() * everyMs, n: 0 };
  });
  // Where two are due at once their names decide: the order must not hang on the script's.
  lanes.sort((a, b) => (a.journey.journey < b.journey.journey ? -1 : 1));
  const dueMs = (lane: (typeof lanes)[number]): number => lane.offsetMs + lane.n * lane.everyMs;
  const users = shuffled(usersAt(rateRps, options.population), options.prng.split('users'));
  for (let index = 0; ; index++) {
    const [first, ...others] = lanes;
    if (first === undefined) return;
    const lane = others.reduce((best, one) => (dueMs(one) < dueMs(best) ? one : best), first);
    const atMs = dueMs(lane);
    // Every start before the end, the last one too: over whole units of time that is exactly the rate.
    if (atMs >= options.untilMs) return;
    const { journey, n } = lane;
    lane.n++;
    const user = users[index % users.length] ?? 1;
    yield requestOf(journey.journey, user, n, journey.render(user, n), atMs);
  }
}
