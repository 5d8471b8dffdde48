/**
 * Claim    The book: the admin renders on the server, from what it fetches by the public URL: out to the edge and in again.
 * Method   Somebody looks at the admin's list of users. Then the POP that the nodes reach refuses; users have another one.
 *          Once more with the internal URL.
 * Look at  Whether a page depends on the edge twice, and what the way out and in again costs while all is well.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const steps = [
  { name: 'connections are made', phase: 'warm-up' as const, lastsMs: 3_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 7_000 },
  // What is under way through the POP when that goes was due before.
  { name: 'a second before', phase: 'during' as const, lastsMs: 1_000 },
  {
    name: "the nodes' POP refuses",
    phase: 'during' as const,
    do: [{ fault: 'outage' as const, params: { place: 'pop:frankfurt', port: 443, how: 'refuses' }, as: 'edge' }],
    lastsMs: 16_000,
  },
  { name: 'the edge is back', phase: 'after' as const, do: [{ heal: 'edge' }], lastsMs: 10_000 },
];

const scenario = defineScenario({
  id: 'admin-ssr',
  title: "Admin panel, the edge out of the nodes' reach",
  layer: 'SSR by the public URL',
  about:
    "Next.js has one URL of the api for browsers and server alike, so each page goes through the edge twice: once from the browser, once from the admin's pod to the POP nearest to the nodes. That POP (Frankfurt) and its distance are assumed; users of Austin keep theirs. With the internal URL the fetch stays on the cluster's network.",
  sources: [
    'chapter 12, "Admin panel data flow": NEXT_PUBLIC_API_URL is the public URL; "suboptimal"',
    'nodejs/undici: connect 10 s, keep-alive 4 s, a fetch that was sent is not sent again',
    'Cloudflare is anycast: a node meets the POP nearest to it, not that of the users',
  ],
  load: 'admin',
  exposed: ['adminUsers'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('pop:frankfurt', 'admin', 'api', 'node:hetzner3'),
  variants: {
    'public-url': { title: 'Admin by the public URL, edge out of reach', steps },
    // The book's "future optimization".
    'internal-url': {
      title: 'Admin by the internal URL, edge out of reach',
      unsaid: true,
      set: { 'workloads.admin.settings.apiUrl': 'http://api:8000' },
      steps,
    },
  },
  minHits: 10,
  flips: [
    {
      variant: 'public-url',
      set: 'workloads.admin.settings.apiUrl=http://api:8000',
      says: 'the internal URL of the api',
    },
  ],
  // A node, on which nobody listens on that port.
  decoy: { place: 'node:hetzner3' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
