/**
 * Claim    The book: when CoreDNS is down new connections fail at DNS; restarting it ends that.
 * Method   Two ways of being down: no endpoints (its pod dies at each start, kube-proxy refuses) and silent (its pod
 *          loses every datagram, nobody refuses). For 12 s pools are warm; then Neon closes its connections, as it does
 *          when it moves a compute, and whoever wants the database needs a new one. With names that is never noticed. Each
 *          way is played twice: with Traefik asking for the Service's name, as the book has it, and by pod addresses.
 * Look at  What failed while pools were warm; how long a new connection hangs; how many questions one name costs.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const method = (name: string, fault: { fault: 'crash' | 'drop'; params: object }) => [
  { name: 'connections are made', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
  {
    name: `${name}, pools are warm`,
    told: 'while pools were warm',
    phase: 'during' as const,
    do: [{ ...fault, as: 'coredns' }],
    lastsMs: 12_000,
  },
  {
    name: 'Neon closes its connections',
    told: 'once Neon had closed its connections',
    phase: 'during' as const,
    do: [{ fault: 'reset' as const, params: { place: 'external:neon', port: 5432 }, as: 'neon' }],
    lastsMs: 16_000,
  },
  {
    name: 'CoreDNS restarted',
    phase: 'after' as const,
    do: [{ operate: 'restart' as const, params: { workload: 'coredns' } }, { heal: 'coredns' }, { heal: 'neon' }],
    lastsMs: 12_000,
  },
];
const dead = { fault: 'crash', params: { workload: 'coredns' } } as const;
const deaf = { fault: 'drop', params: { workload: 'coredns', protocol: 'udp' } } as const;
const byPods = { routing: 'endpoints' };

const scenario = defineScenario({
  id: 'coredns-down',
  title: 'CoreDNS down',
  layer: 'CoreDNS down',
  about:
    'No client here keeps an answer, so every new connection asks; open ones live on. Neon closes its connections in mid-fault, which is never noticed while names are answered: database/sql replaces what is dead. We count A questions; Go asks AAAA beside each, which doubles them. By pod addresses, its default, Traefik asks for no name at all: then only what the api itself looks up fails.',
  sources: [
    'chapter 12, failure table, "CoreDNS down"; hops 3 to 5: Traefik and the api resolve Service names',
    'Go net, dnsconfig_unix.go and dnsclient_unix.go: 5 s and 2 attempts a name, 4 names by the search list',
    'Kubernetes kube-proxy: a Service without endpoints refuses at once (ICMP port unreachable)',
    'go-redis 9.14: a refused dial is tried again, each time with a look-up of its own',
    'Traefik 3.7 Kubernetes provider: addresses of EndpointSlices unless nativeLB is set, so neither DNS nor kube-proxy on that way',
    'database/sql keeps connections for ever by default, Neon closes them when it suspends or moves a compute (57P01)',
  ],
  load: 'tasks',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('coredns', 'external:neon', 'worker'),
  variants: {
    'no-endpoints': { title: 'CoreDNS, no endpoints', steps: method('CoreDNS dies at each start', dead) },
    'no-endpoints-endpoints': {
      title: 'CoreDNS, no endpoints, Traefik by pod addresses',
      set: byPods,
      steps: method('CoreDNS dies at each start', dead),
    },
    silent: { title: 'CoreDNS, silent', steps: method('CoreDNS hears nothing', deaf) },
    'silent-endpoints': {
      title: 'CoreDNS, silent, Traefik by pod addresses',
      set: byPods,
      steps: method('CoreDNS hears nothing', deaf),
    },
  },
  order: [],
  minHits: 10,
  flips: [
    { variant: 'silent', to: 'silent-endpoints', says: 'Traefik by pod addresses' },
    { variant: 'silent-endpoints', to: 'silent', says: "Traefik by the Service's name" },
  ],
  decoy: { workload: 'worker' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
