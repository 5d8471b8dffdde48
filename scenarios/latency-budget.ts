/**
 * Claim    The book: a create takes 220 to 310 ms, 20 to 60 of them for Postgres; each hop has its figure.
 * Method   Nothing is broken. Creates and lists from the first connection on, then over warm ones; every hop counts its
 *          round trips, and tells those that only opened a connection.
 * Look at  How often a create crosses to Postgres. Delays of links are assumed; counts and service times are measured.
 */
import { defineScenario } from '../sim/scenario/scenario.ts';

const scenario = defineScenario({
  id: 'latency-budget',
  title: 'Latency budget',
  plays: 'figures',
  layer: 'Latency',
  about:
    'Nothing is broken. The delays of the links are assumed, with their sources; round trips on each hop are counted, and service times measured, on new connections and warm ones.',
  sources: [
    'chapter 12, hop 4 and "End-to-end latency budget"',
    'pgx 5.9 conn.go: BEGIN, SELECT, INSERT, COMMIT are a round trip each; a new connection takes 6 (TCP, SSLRequest, TLS 1.3, SCRAM 3)',
    'pgx 5.9 stdlib ResetSession: one more on a connection idle for more than a second',
    'great circles, Earth radius 6,371 km; light 299.8 km/ms, in straight fibre 200 km/ms',
  ],
  load: 'budget',
  exposed: ['createTask'],
  // Only right answers are looked at. A list read before a create and cached after it, while connections open, is none.
  hypothesis: [{ measure: 'share-ok', min: 0.95, unit: 'share' }],
  variants: {
    well: {
      title: 'Latency budget',
      steps: [
        { name: 'every connection is new', phase: 'warm-up', lastsMs: 2_000 },
        { name: 'connections are warm', phase: 'before', lastsMs: 12_000 },
      ],
    },
  },
  minHits: 10,
  alone: true,
  flips: [
    { set: 'links.neon.rtt=5ms', says: 'a database 5 ms away' },
    { set: 'links.neon.rtt=30ms', says: 'a database 30 ms away' },
  ],
  decoy: {},
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
