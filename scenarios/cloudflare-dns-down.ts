/**
 * Claim    The book: when Cloudflare's DNS is down users can't resolve the api's name; a fallback by hand ends it.
 * Method   The name servers answer nothing, or SERVFAIL. At first phones have the answer of before; once its TTL is over those
 *          with an open connection go on; then connections end, as they do when an app is opened again or a network changes.
 *          Twice the edge resets what is open, so that both kinds of new connection are seen: with an answer and without. Then
 *          the zone is moved by hand to other name servers, while its own stay down.
 * Look at  Who asks for the name at all, and what becomes of those; how long it takes until moving the zone helps anybody.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const EDGE = { place: 'pop:dallas', port: 443 };
/** @param waitMs  how long a request takes to its end under the fault */
const method = (how: 'silent' | 'servfail', waitMs: number) => [
  { name: 'connections are made', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
  // Who is under way when connections end was due before that, and meets the fault all the same.
  { name: 'a second before', phase: 'during' as const, lastsMs: 1_000 },
  {
    name: 'the name servers fail, and open connections end',
    told: 'while phones had the answer of before',
    phase: 'during' as const,
    do: [
      {
        fault: 'names-outage' as const,
        params: { place: 'external:cloudflare-dns', name: 'api.myhoneydue.com', how },
        as: 'dns',
      },
      { fault: 'reset' as const, params: EDGE, as: 'first-end' },
    ],
    lastsMs: 10_000,
  },
  {
    name: 'answers grow old',
    phase: 'during' as const,
    counts: false as const,
    waits: ['dns.public' as const],
    lastsMs: 4_000,
  },
  {
    name: 'nobody has an answer any more',
    told: 'while connections were open',
    phase: 'during' as const,
    lastsMs: 10_000,
  },
  { name: 'a second before they end', phase: 'during' as const, lastsMs: 1_000 },
  {
    name: 'open connections end once more',
    told: 'once they had ended',
    phase: 'during' as const,
    do: [{ fault: 'reset' as const, params: EDGE, as: 'second-end' }],
    lastsMs: 14_000,
  },
  ...(waitMs === 0
    ? []
    : [{ name: 'those who ask give up', phase: 'during' as const, counts: false as const, lastsMs: waitMs }]),
  {
    name: 'the zone is moved, and nobody has heard of it yet',
    phase: 'after' as const,
    do: [
      {
        operate: 'move-zone' as const,
        params: { to: 'external:second-dns', name: 'api.myhoneydue.com' },
        as: 'moved',
      },
    ],
    lastsMs: 6_000,
  },
  {
    name: 'resolvers hold the old delegation',
    phase: 'after' as const,
    counts: false as const,
    sends: false as const,
    waits: ['dns.delegation' as const],
    // What was sent before ends under the fault.
    lastsMs: Math.max(waitMs, 1_000),
  },
  { name: 'they ask the other name servers', phase: 'after' as const, lastsMs: 10_000 },
  {
    name: 'the name servers are back',
    phase: 'after' as const,
    do: [{ heal: 'dns' }, { heal: 'first-end' }, { heal: 'second-end' }],
    lastsMs: 4_000,
  },
];

const scenario = defineScenario({
  id: 'cloudflare-dns-down',
  title: 'Cloudflare DNS down',
  layer: 'Cloudflare DNS down',
  about:
    'A phone that has the answer dials it for 300 s more, and one with an open connection asks nobody. Whoever has neither waits 10 s for nothing, or is told at once that nobody can find out. Moved by hand to other name servers the zone is served again, but not before resolvers have forgotten the old delegation: .com gives them two days. All forget it at the end of them here; in truth one after the other until then, and who cleared his cache at once.',
  sources: [
    'chapter 12, failure table, "Cloudflare DNS down"',
    'Cloudflare: the TTL of a proxied record ("Auto") is 300 s',
    'the .com zone: NS records with a TTL of 172,800 s',
    'RFC 2308, 7.1: a resolver that reaches no name server answers SERVFAIL',
  ],
  load: 'tasks',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('pop:dallas', 'external:cloudflare-dns', 'external:second-dns', 'api.myhoneydue.com', 'node:hetzner3'),
  variants: {
    silent: { title: 'Cloudflare DNS, silent', steps: method('silent', 11_000) },
    servfail: { title: 'Cloudflare DNS, SERVFAIL', steps: method('servfail', 0) },
  },
  // The answer of before has to outlive the stretch in which it is needed.
  order: [['edge.connect', 'dns.public']],
  minHits: 10,
  // Nobody is asked for names there.
  decoy: { place: 'node:hetzner3' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
