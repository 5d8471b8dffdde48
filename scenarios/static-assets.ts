/**
 * Claim    The book: the edge keeps the landing page for as long as its Cache-Control says, CSS, scripts and images by its
 *          own rules; the first request meets the origin, later ones are answered from the edge.
 * Method   Everybody opens the page and its files. Then every node refuses: nobody but the edge can answer. Once more with a
 *          Cache Rule for the page and with copies that run out meanwhile.
 * Look at  Who is still served without an origin: what has an extension that the edge caches, and never HTML by itself.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const GONE = { fault: 'shut-out' as const, params: { port: 80, of: 'node' }, as: 'origin' };
const before = [
  { name: 'the edge gets what is asked for', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 6_000 },
];
const back = { name: 'the origin is back', phase: 'after' as const, do: [{ heal: 'origin' }], lastsMs: 10_000 };

const scenario = defineScenario({
  id: 'static-assets',
  title: 'Static assets, origin gone',
  layer: 'Static assets and landing page, the origin gone',
  about:
    'What the edge has is seen best when nobody else can answer. It caches by extension: files for 120 minutes where the origin says nothing, as Echo does; HTML never, whatever its Cache-Control says, unless a Cache Rule makes it eligible. A copy that has run out is served only where the origin allowed that (stale-if-error); Always Online is off, as it is by default.',
  sources: [
    'chapter 12, "Static asset flow"',
    "Cloudflare's default cache behaviour: by extension; 200 is kept for 120 min where the origin sets no header; HTML and JSON are none of them (DYNAMIC)",
    'Cloudflare: stale-if-error is honoured, STALE is what was served when the origin could not be contacted; Always Online is opt-in',
    'labstack/echo Static: Last-Modified, no Cache-Control',
  ],
  load: 'site',
  exposed: ['openSite', 'loadAsset'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('edge-dallas', 'api'),
  variants: {
    'as-it-is': {
      title: 'Origin gone',
      steps: [...before, { name: 'every node refuses', phase: 'during', do: [GONE], lastsMs: 16_000 }, back],
    },
    // The book is silent on copies that have run out.
    'runs-out': {
      title: 'Origin gone, copies run out',
      unsaid: true,
      set: {
        'externals.edge-dallas.settings.cacheRulePaths': '/',
        'workloads.api.settings.pageCacheControl': 'public, max-age=8',
        'workloads.api.settings.assetCacheControl': 'public, max-age=8, stale-if-error=600',
      },
      steps: [
        // How old copies are when the origin goes decides how many run out.
        ...before.map((step) => ({ ...step, leastMs: step.lastsMs })),
        {
          name: 'every node refuses, copies run out',
          told: 'while the copies ran out',
          phase: 'during',
          do: [GONE],
          lastsMs: 8_000,
          leastMs: 8_000,
        },
        { name: 'no copy is fresh', told: 'once all had', phase: 'during', lastsMs: 14_000 },
        back,
      ],
    },
  },
  minHits: 10,
  flips: [
    {
      variant: 'as-it-is',
      set: 'externals.edge-dallas.settings.cacheRulePaths=/',
      says: 'a Cache Rule for the landing page',
    },
  ],
  // A port on which no node listens.
  decoy: { port: 9 },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
