/**
 * Claim    The book: when kube-proxy is broken on one node, pods there can't reach Services; restarting kubelet ends it.
 * Method   kube-proxy's program on one node is ended: its rules are the kernel's and stay. Then the api is rolled out, with a
 *          preStop, so that all its endpoints change. Once with Traefik sending to the Service, once to pod addresses; and once
 *          only what is sent before the rollout counts, which then shows that kube-proxy was gone all the while.
 * Look at  Who fails before the endpoints change (nobody), and after: whoever comes in by that node, where rules matter.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

/** @param counted  whether what is sent once endpoints have changed counts, or only before */
const method = (counted: 'all' | 'unchanged') => [
  { name: 'caches warm up', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
  {
    name: 'kube-proxy on one node is ended',
    told: 'while endpoints stayed as they were',
    phase: 'during' as const,
    do: [{ fault: 'kube-proxy-stopped' as const, params: { node: 2, service: 'api' }, as: 'kube-proxy' }],
    // 300 must meet it where only these count.
    lastsMs: counted === 'all' ? 5_000 : 18_000,
  },
  {
    name: 'the api is rolled out',
    told: 'once all had changed',
    phase: 'during' as const,
    do: [{ operate: 'rollout' as const, params: { workload: 'api', revision: 'v2' } }],
    // Three pods one after the other, a preStop, and then half a minute in which no old pod is left.
    lastsMs: 39_000,
    leastMs: 39_000,
    ...(counted === 'all' ? {} : { counts: false as const }),
  },
  {
    name: 'kube-proxy is started again',
    phase: 'after' as const,
    do: [{ heal: 'kube-proxy' }],
    lastsMs: 10_000,
  },
];
const preStop = { 'workloads.api.preStopMs': 5_000 };

const scenario = defineScenario({
  id: 'kube-proxy-broken',
  title: 'kube-proxy broken on one node',
  layer: 'kube-proxy broken on one node',
  alsoCalled: ['kube-proxy broken'],
  about:
    'Its rules outlive it: connections go on to the endpoints of then, and fail when these are gone. Who does not go by a Service (Traefik with pod addresses, its default) does not notice.',
  sources: [
    'chapter 12, failure table, "kube-proxy broken on one node"',
    'Kubernetes pkg/proxy: rules live in the kernel, a dead kube-proxy misses changes only',
    'Linux ip-sysctl, neighbour entries: the address of a pod that is gone is silent for some 38 s, then no route to host',
    'Traefik: pod addresses unless nativeLB is set; 504 when a dial is silent for 30 s, 502 when there is no route',
  ],
  load: 'tasks',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('api', 'worker'),
  variants: {
    service: { title: 'kube-proxy dead on one node, Traefik by the Service', set: preStop, steps: method('all') },
    unchanged: {
      title: 'kube-proxy dead on one node, endpoints as they were',
      set: preStop,
      steps: method('unchanged'),
    },
    endpoints: {
      title: 'kube-proxy dead on one node, Traefik by pod addresses',
      set: { ...preStop, routing: 'endpoints' },
      steps: method('all'),
    },
  },
  minHits: 10,
  flips: [
    { variant: 'service', set: 'routing=endpoints', says: 'Traefik by pod addresses' },
    { variant: 'endpoints', to: 'service', says: 'Traefik by the Service' },
    { variant: 'unchanged', to: 'service', says: 'pods that move meanwhile' },
  ],
  decoy: { workload: 'worker' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
