/**
 * Claim    The book: when Postgres is down the api answers 500, and only Neon can end it.
 * Method   Neon refuses and has cut what was open; Neon takes connections and stands still; what is sent to Neon is lost; each
 *          round trip to Neon takes a second longer, and a pod has two connections; and once more refused, with a readiness
 *          probe that asks the database, as is often advised. Lists lie in the cache for 300 s, so the statement is judged on
 *          new tasks, which always need the database; what became of lists is told beside. And it is scaled to zero, after
 *          5 minutes in which nobody came: that is not down, and no row of the book is about it. And somebody leaves as many
 *          transactions open as Neon's pooler has servers (not on docker, where no pooler runs).
 * Look at  How long a new task waits, and for what answer; who loses lists that the cache could have served.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const before = [
  { name: 'caches warm up', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
  // What is under way when connections are cut fails with them: it tells nothing of the steady state, and counts nowhere.
  { name: 'last requests before it', phase: 'warm-up' as const, lastsMs: 1_000, leastMs: 1_000 },
];
const method = (name: string, how: 'refuses' | 'hangs' | 'drops', lastsMs: number) => [
  ...before,
  {
    name,
    phase: 'during' as const,
    do: [{ fault: 'outage' as const, params: { place: 'external:neon', port: 5432, how }, as: 'neon' }],
    lastsMs,
  },
  { name: 'Neon is back', phase: 'after' as const, do: [{ heal: 'neon' }], lastsMs: 12_000 },
];

/** Of its pool, at the smallest compute: 0.9 of max_connections, 104 (Neon docs, connection pooling). */
const NEON_SERVERS = 93;

/** A spell in which nobody is sent. */
const NOBODY = { sends: false, counts: false } as const;

const scenario = defineScenario({
  id: 'postgres-down',
  title: 'Postgres down',
  layer: 'Postgres down',
  about:
    'Refused, a query fails at once and Echo answers 500. Hung, nothing fails: pgx has no time-out of its own, so requests wait and fill the 25 connections of each pod, until Neon is back or the phone gives up after 60 s. Dropped, they wait too, and longer: a connect gets through only when the kernel repeats its SYN, after 1, 3, 7, 15 s and so on. Slow, everything is answered, and two connections a pod are too few: whoever comes waits for one, in a line that grows and has no limit. A readiness probe that asks the database takes every pod away at once, and with them the lists that lay in the cache. Scaled to zero, nobody gets an error: Neon has ended the idle connections with 57P01, database/sql takes at most two bad ones from its pool and then opens a new one; the first users wait for that and for the wake (a probe that asks the database would keep Neon awake). Where the pooler has no server free, phones give up after 60 s, the edge after 120 s with 524, and the pooler, whose own 120 s began a way later, after both: its error reaches nobody (by their documents: the pooler and the edge are stand-ins).',
  sources: [
    'chapter 12, failure table, "Postgres down"; hop 4',
    'Echo 4.15: any error is 500 {"message":"Internal Server Error"}',
    'pgx 5.9: no connect time-out and no query time-out unless set; database/sql: the wait for a connection has no limit',
    'Neon docs: suspended after 5 minutes idle, a start takes a few hundred milliseconds (half a second assumed), idle connections get 57P01',
    'golang/go database/sql: maxBadConnRetries 2; pgx 5.9 stdlib: a connection idle for more than a second is pinged first',
    'PgBouncer config.md: query_wait_timeout 120 s; Cloudflare connection limits: proxy read time-out 120 s, 524',
    'RFC 6298, Linux tcp_syn_retries 6: a SYN without an answer is repeated after 1 s, then at twice the interval, for 130 s',
    'Kubernetes: a pod whose readiness probe fails is taken from the endpoints; Traefik 3.7.9: no server left is a 503',
  ],
  load: 'tasks',
  exposed: ['createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('external:neon', 'neon', 'api', 'node:hetzner3'),
  variants: {
    refused: { title: 'Postgres, refused', steps: method('Neon refuses', 'refuses', 22_000) },
    hung: { title: 'Postgres, hung', steps: method('Neon hangs', 'hangs', 22_000) },
    dropped: { title: 'Postgres, packets dropped', steps: method('packets to Neon are lost', 'drops', 20_000) },
    asleep: {
      title: 'Postgres, scaled to zero',
      // It is not down: no row of a book that says "down" is about it.
      unsaid: true,
      // As long as real nights are: afterwards no list lies in the cache any more, at whatever tempo the night passed.
      set: { 'workloads.api.settings.cacheTtlSeconds': 10 },
      steps: [
        ...before.slice(0, 2),
        {
          name: 'nobody is there',
          phase: 'before',
          ...NOBODY,
          waits: ['neon.scale-to-zero'],
          lastsMs: 1_000,
        },
        {
          name: 'Neon is scaled to zero',
          phase: 'during',
          ...NOBODY,
          do: [{ fault: 'scale-to-zero', params: { place: 'external:neon', port: 5432 }, as: 'neon' }],
          lastsMs: 1_000,
        },
        { name: 'users come back', phase: 'during', lastsMs: 12_000 },
        { name: 'a day like any other', phase: 'after', do: [{ heal: 'neon' }], lastsMs: 4_000 },
      ],
    },
    exhausted: {
      title: 'Postgres, slow until the pool is exhausted',
      set: { 'workloads.api.settings.sqlMaxOpen': 2 },
      steps: [
        ...before,
        {
          name: 'Neon is slow',
          phase: 'during',
          do: [{ fault: 'slow', params: { place: 'external:neon', port: 5432, addedMs: 1_000 }, as: 'neon' }],
          lastsMs: 20_000,
        },
        { name: 'Neon is fast again', phase: 'after', do: [{ heal: 'neon' }], lastsMs: 12_000 },
      ],
    },
    queued: {
      title: 'Postgres, every server of its pooler taken',
      // A phone gives up after 60 s, before anybody else does; here users wait until they are told.
      set: { 'users.requestTimeoutMs': 180_000, 'externals.neon.settings.poolerServers': NEON_SERVERS },
      steps: [
        ...before,
        // Log-in and BEGIN take seven round trips: who comes meanwhile may still be served.
        {
          name: 'transactions are left open',
          phase: 'warm-up',
          do: [{ fault: 'pool-taken', params: { place: 'external:neon', port: 5432 }, as: 'pooler' }],
          lastsMs: 2_000,
          leastMs: 2_000,
        },
        { name: 'the pooler has no server free', phase: 'during', lastsMs: 20_000 },
        // The edge's 120 s, the pooler's 120 s and their ways.
        { name: 'those who wait get their answer', phase: 'during', counts: false, lastsMs: 125_000 },
        { name: 'transactions are ended', phase: 'after', do: [{ heal: 'pooler' }], lastsMs: 12_000 },
      ],
    },
    readiness: {
      title: 'Postgres, refused, and readiness asks it',
      set: {
        'workloads.api.probes.readiness.path': '/healthz?ask=database',
        'workloads.api.probes.readiness.periodMs': 2_000,
        routing: 'endpoints',
      },
      steps: method('Neon refuses', 'refuses', 26_000),
    },
  },
  order: [],
  minHits: 10,
  flips: [
    { variant: 'refused', to: 'readiness', says: 'a readiness probe that asks the database' },
    { variant: 'readiness', to: 'refused', says: 'a readiness probe that does not ask the database' },
  ],
  decoy: { place: 'node:hetzner3' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
