/**
 * Claim    The book: when one POP of the edge is down users see slowness, and Cloudflare leads them to another; it ends by itself.
 * Method   The POP that all users reach dies under load: its program (what is open is reset, its port refuses), or its network
 *          (silence). Routes to the address that users dial follow by themselves, seconds later. It is brought back at the
 *          very end only: what the book calls recovery has to do without.
 * Look at  Who failed until routes led elsewhere; then which POP answers, how much slower, and what it has in its cache.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const method = (how: 'dead' | 'dark') => [
  { name: 'the edge gets what is popular', phase: 'warm-up' as const, lastsMs: 6_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
  // Who is under way when it dies was due before that, and meets the fault all the same.
  { name: 'a second before', phase: 'during' as const, lastsMs: 1_000 },
  {
    name: `the POP is ${how}`,
    told: 'until routes led to another POP',
    phase: 'during' as const,
    do: [{ fault: 'pop-down' as const, params: { place: 'pop:dallas', port: 443, how }, as: 'pop' }],
    // To notice it, twice, and for routes to converge.
    lastsMs: 7_000,
    leastMs: 7_000,
  },
  { name: 'users are led to another POP', told: 'once they did', phase: 'during' as const, lastsMs: 20_000 },
  { name: 'users go on there', phase: 'after' as const, lastsMs: 16_000 },
  {
    name: 'the POP is back',
    told: 'when the POP was back',
    phase: 'after' as const,
    counts: false as const,
    do: [{ heal: 'pop' }],
    lastsMs: 12_000,
  },
];

const scenario = defineScenario({
  id: 'edge-pop-down',
  title: 'One POP of the edge down',
  layer: 'Cloudflare edge down (single POP)',
  about:
    'Users dial an address that every POP announces. When the nearest stands no more the routes move within seconds, connections do not: the next POP answers them with a reset, and until then nobody is served. Once routes lead there users are served from farther away, by a cache that has nothing yet. When the POP comes back its users are moved once more, and lose their connections again. Cloudflare is judged by its documents.',
  sources: [
    'chapter 12, failure table, "Cloudflare edge down (single POP)"',
    'Cloudflare, error 502 and 504: traffic moves automatically within a few seconds; some clients may see latency or 502',
    'Cloudflare, 1.1.1.1 and CDN addresses are anycast: each POP announces all of them; BGP takes clients to the next',
    'RFC 9293, 3.10.7.1: a segment for a connection that is not known is answered with RST',
    'Cloudflare default cache behaviour: each POP has a cache of its own',
  ],
  load: 'everything',
  exposed: ['listTasks', 'createTask', 'viewPhoto'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('pop:dallas', 'pop:chicago'),
  variants: {
    dead: { title: 'POP, its program dead', steps: method('dead') },
    dark: { title: 'POP, its network dead', steps: method('dark') },
  },
  minHits: 10,
  // The one that nobody is led to.
  decoy: { place: 'pop:chicago' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
