/**
 * Claim    The book: when B2 is down uploads fail, and content that exists is served if it is cached.
 * Method   Three ways of being down: refused (connections too), busy (every request is answered 503), hung (connections
 *          are taken, nothing is answered). Before it everybody's photos are looked at, so that the edge has them.
 * Look at  How long an upload takes to fail; photos that the edge has, and those that nobody has asked for.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

type How = 'refuses' | 'ServiceUnavailable' | 'hangs';
/**
 * @param leastMs  300 must ask for what the edge has, and whoever is sent to a hung B2 gets his answer when it is back: most
 *                 must have given up by then
 */
const method = (name: string, how: How, lastsMs: number, leastMs: number) => [
  { name: 'the edge gets what is popular', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
  {
    name,
    phase: 'during' as const,
    do: [{ fault: 'storage-outage' as const, params: { place: 'external:backblaze', port: 443, how }, as: 'b2' }],
    lastsMs,
    leastMs,
  },
  { name: 'B2 is back', phase: 'after' as const, do: [{ heal: 'b2' }], lastsMs: 12_000 },
];

const scenario = defineScenario({
  id: 'b2-down',
  title: 'B2 down',
  layer: 'B2 down',
  about:
    'The api stores each photo in B2 before it acknowledges it, and serves it from there to the edge, which keeps it for a day. The S3 client tries three times, with up to 2 s and up to 4 s in between; it sets no limit to how long an answer may take.',
  sources: [
    'chapter 12, failure table, "B2 down"',
    'Backblaze: a busy vault answers 503 ServiceUnavailable, expected in normal life; clients should try again',
    'aws-sdk-go-v2: 3 attempts, jittered back-off, dial 30 s, TLS 10 s, no response time-out',
    "Cloudflare's default cache behaviour: by extension, for as long as Cache-Control says; errors are not kept",
  ],
  load: 'photos',
  exposed: ['uploadPhoto', 'viewPhoto', 'viewNewPhoto'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('external:backblaze', 'api', 'node:hetzner3'),
  variants: {
    refused: { title: 'B2, refused', steps: method('B2 refuses connections', 'refuses', 24_000, 21_000) },
    busy: { title: 'B2, 503', steps: method('B2 answers 503', 'ServiceUnavailable', 24_000, 21_000) },
    hung: { title: 'B2, hung', steps: method('B2 hangs', 'hangs', 40_000, 26_000) },
  },
  order: [],
  minHits: 10,
  flips: [
    { set: 'workloads.api.settings.mediaCacheControl=max-age=5', says: 'photos that may be cached for 5 s only' },
  ],
  // A place where nobody listens on that port.
  decoy: { place: 'node:hetzner3' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
