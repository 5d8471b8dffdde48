/**
 * Claim    The book: when flannel is broken between nodes, pods do not reach pods on other nodes; a restart ends it.
 * Method   Packets to pods on other nodes vanish, on every node. Nodes reach nodes, so leases are renewed; probes are local, so
 *          pods stay Ready and endpoints stay. Once with Traefik sending to the Service, once to pod addresses.
 * Look at  Which share of users fails: who comes in by a node is served where an api pod, Redis and CoreDNS can be reached.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const steps = [
  { name: 'caches warm up', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
  // Who is under way when it breaks was due before that, and meets the fault all the same.
  { name: 'a second before', phase: 'during' as const, lastsMs: 1_000 },
  {
    name: 'flannel is broken',
    phase: 'during' as const,
    do: [{ fault: 'overlay-cut' as const, params: { to: 'all' }, as: 'flannel' }],
    lastsMs: 24_000,
  },
  // Traefik waits 30 s for a connect.
  { name: 'those who wait get their answer', phase: 'during' as const, counts: false as const, lastsMs: 32_000 },
  { name: 'flannel is restarted', phase: 'after' as const, do: [{ heal: 'flannel' }], lastsMs: 12_000 },
];

const scenario = defineScenario({
  id: 'flannel-broken',
  title: 'Flannel broken between nodes',
  layer: 'Flannel broken between nodes',
  about:
    "Packets vanish, nobody refuses: a connect to a pod on another node waits for its own time-out, 30 s in Traefik. Probes are local and leases go by the nodes' own addresses: everything stays Ready. CoreDNS and Redis stand on one node each, out of reach from the others.",
  sources: [
    'chapter 12, failure table, "Flannel broken between nodes"',
    'flannel, backends: VXLAN over UDP 8472 carries pod addresses only',
    'Traefik ServersTransport: dialTimeout 30 s, then 504; no limit for the answer on a connection that is open',
    'go-redis 9.14: dial 5 s, read 3 s, 3 retries; Go net: 5 s and 2 attempts a name',
  ],
  load: 'tasks',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('worker'),
  variants: {
    service: { title: 'Flannel broken, Traefik by the Service', steps },
    endpoints: { title: 'Flannel broken, Traefik by pod addresses', set: { routing: 'endpoints' }, steps },
  },
  minHits: 10,
  decoy: { to: 'worker' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
