/**
 * Claim    The book: when Traefik is down on one node Cloudflare routes to the others; it ends by itself.
 * Method   Traefik on one node is killed under load and dies again at each start, so that its port refuses; then it may live.
 *          Half of the load writes: some of it is under way through the one that dies. Once more on every node.
 * Look at  Who failed in the instant of its death, what the retry on another address costs, and whether a write was done twice.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const method = (where: { readonly node?: number }) => [
  // 137 phones, and everything behind them, connect at 45 requests a second.
  { name: 'connections are made', phase: 'warm-up' as const, lastsMs: 6_000, leastMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
  // Who is under way when it dies was due before that, and meets the fault all the same.
  { name: 'a second before', phase: 'during' as const, lastsMs: 1_000 },
  {
    name: 'Traefik dies at each start',
    phase: 'during' as const,
    do: [{ fault: 'crash' as const, params: { workload: 'traefik', ...where }, as: 'traefik' }],
    lastsMs: 20_000,
    leastMs: 20_000,
  },
  // It died three times: its back-off of 20 s, begun some 14 s after the first death, is still to be waited out.
  {
    name: 'Traefik may live',
    phase: 'after' as const,
    do: [{ heal: 'traefik' }],
    lastsMs: 20_000,
    leastMs: 20_000,
  },
];

const scenario = defineScenario({
  id: 'traefik-down',
  title: 'Traefik down on one node',
  layer: 'Traefik down on one node',
  about:
    'A closed port refuses: the edge tries one other address, which costs a round trip to it. What is under way through the one that dies is cut: a list is asked again, a create gets 520, for it may have been done. Cloudflare is judged by its documents.',
  sources: [
    'chapter 12, failure table, "Traefik pod down on one node"',
    'Cloudflare, 5xx errors: refused is 521, an empty reply 520; Zero-Downtime Failover tries 521 once on another A record',
    'cloudflare/pingora proxy_trait.rs: an error on a reused connection may be tried again on a new one',
    'Kubernetes pod lifecycle: restarts at once, then after 10 s, 20 s, at most 300 s',
  ],
  load: 'budget',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('traefik', 'edge-dallas', 'worker'),
  variants: {
    'one-node': { title: 'Traefik, dead on one node', steps: method({ node: 0 }) },
    // The book's row is about one node. On all there is nowhere to route to.
    'all-nodes': { title: 'Traefik, dead on every node', unsaid: true, steps: method({}) },
  },
  minHits: 10,
  flips: [
    {
      variant: 'one-node',
      set: 'externals.edge-dallas.settings.retry=false',
      says: 'an edge that does not try another node',
    },
  ],
  decoy: { workload: 'worker' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
