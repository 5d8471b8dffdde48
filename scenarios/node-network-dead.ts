/**
 * Claim    The book: when a node's NIC fails some requests time out, and the edge routes away from it; the cluster reschedules
 *          its pods, and that ends it.
 * Method   A node's interface goes dead under load: one that bears an api pod only, and the one that Redis is pinned to. Its
 *          leases stay away, it is NotReady after the grace, its endpoints go, its pods are evicted and start elsewhere.
 *          The interface is mended at the very end only: what the book calls recovery has to do without.
 * Look at  Who waits for whom in each stretch: 19 s for a connect of the edge, 30 s for one of Traefik, for ever on what was open.
 */
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const method = (node: number) => [
  { name: 'connections are made', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
  // Who is under way when it fails was due before that, and meets the fault all the same.
  { name: 'a second before', phase: 'during' as const, lastsMs: 1_000 },
  {
    name: 'the NIC fails',
    told: 'while the node was taken for Ready',
    phase: 'during' as const,
    do: [{ fault: 'isolate' as const, params: { node }, as: 'nic' }],
    lastsMs: 16_000,
  },
  {
    name: 'the node is not heard of',
    phase: 'during' as const,
    counts: false as const,
    // Its last lease, the grace, and the check that finds it over.
    waits: ['node.lease' as const, 'node.grace' as const, 'node.monitor' as const],
    lastsMs: 4_000,
  },
  {
    name: 'its endpoints are gone',
    told: 'once it was NotReady',
    phase: 'during' as const,
    lastsMs: 16_000,
  },
  {
    name: 'its pods are evicted',
    phase: 'during' as const,
    counts: false as const,
    waits: ['node.eviction' as const],
    lastsMs: 6_000,
  },
  // Long enough that a few who are lucky at its end do not look like recovery.
  { name: 'its pods run elsewhere', phase: 'after' as const, lastsMs: 16_000, leastMs: 16_000 },
  { name: 'those who wait get their answer', phase: 'after' as const, counts: false as const, lastsMs: 20_000 },
  {
    name: 'the NIC is replaced',
    phase: 'after' as const,
    counts: false as const,
    do: [{ heal: 'nic' }],
    lastsMs: 10_000,
  },
];

const scenario = defineScenario({
  id: 'node-network-dead',
  title: "A node's NIC fails",
  layer: 'Node NIC fails',
  about:
    'Nobody declares the node dead: its leases stay away. Cloudflare keeps no list of dead origins, so each request may choose the node again and waits 19 s for a connect. Evicted pods start on other nodes; what is pinned to the node waits for it.',
  sources: [
    'chapter 12, failure table, "Node NIC fails"',
    'Kubernetes nodes: a lease each 10 s, NotReady after 50 s (40 s up to 1.31), eviction after 300 s unless 55 % of nodes are unhealthy',
    'Cloudflare, round-robin DNS: a random address for each request; Zero-Downtime Failover keeps no health state',
    'Traefik ServersTransport: dialTimeout 30 s, no limit for the answer',
  ],
  load: 'tasks',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  variants: {
    'api-node': { title: 'NIC of a node with an api pod', steps: method(2) },
    'redis-node': { title: "NIC of Redis' node", steps: method(1) },
  },
  order: [
    ['edge.connect', 'node.grace'],
    ['node.grace', 'node.eviction'],
  ],
  minHits: 10,
  // The server's own: the two that are looked at stay where they are.
  decoy: { node: 0 },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
