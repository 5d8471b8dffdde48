/**
 * Claim    The book: when UFW blocks :80 users get 521 from Cloudflare; adding the rule again ends that.
 * Method   UFW's deny (drops) on one node and on all, its reject (refuses) likewise. At first the edge's open connections go on
 *          serving; then they end, as they do with the origin's or the edge's restart, and new ones are needed.
 * Look at  Which code users get, and after how long: 19 s are a connect's time-out, and one retry takes as long again.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

/** Cloudflare waits 19 s for a connect and tries once more elsewhere. */
const CONNECT_MS = 19_000;

/** @param waitMs  how long a request takes to its end under the fault */
const method = (rule: 'deny' | 'reject', nodes: 'one' | 'all', waitMs: number) => {
  const where = nodes === 'one' ? { node: 0 } : {};
  return [
    { name: 'connections are made', phase: 'warm-up' as const, lastsMs: 4_000 },
    { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
    {
      name: `UFW ${rule === 'deny' ? 'drops' : 'rejects'} what comes to :80`,
      told: "while the edge's connections were open",
      phase: 'during' as const,
      do: [{ fault: 'firewall' as const, params: { port: 80, rule, from: 'outside', ...where }, as: 'ufw' }],
      lastsMs: 6_000,
    },
    {
      name: 'open connections end',
      told: 'once they had ended',
      phase: 'during' as const,
      do: [{ fault: 'reset' as const, params: { port: 80, ...where }, as: 'connections' }],
      lastsMs: 16_000,
    },
    ...(waitMs === 0
      ? []
      : [
          {
            name: 'those who wait get their answer',
            phase: 'during' as const,
            counts: false as const,
            lastsMs: waitMs,
          },
        ]),
    {
      name: 'the rule is added again',
      phase: 'after' as const,
      do: [{ heal: 'ufw' }, { heal: 'connections' }],
      lastsMs: 10_000,
    },
  ];
};

const scenario = defineScenario({
  id: 'ufw-blocks-80',
  title: 'UFW blocks :80',
  layer: 'UFW blocks :80',
  about:
    "UFW's deny drops packets and never refuses: the edge waits 19 s for a connect, then tries one other node. Its reject refuses at once: on every node that is 521, on one node the edge tries another and nobody notices. Connections that are open live on under both. Cloudflare is judged by its documents.",
  sources: [
    'chapter 12, failure table, "UFW misconfig blocks :80"',
    'ufw 0.36.2: deny is DROP, reject on TCP is REJECT --reject-with tcp-reset; established connections are accepted first',
    'Cloudflare, 5xx errors and connection limits: refused is 521, no SYN+ACK within 19 s is 522',
    'Cloudflare, Zero-Downtime Failover: one retry on another A record, for 521, 522, 523, 525, 526',
  ],
  load: 'tasks',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('edge-dallas'),
  variants: {
    'deny-one': { title: 'UFW, deny on one node', steps: method('deny', 'one', CONNECT_MS + 1_000) },
    'deny-all': { title: 'UFW, deny on every node', steps: method('deny', 'all', 2 * CONNECT_MS + 1_000) },
    'reject-one': { title: 'UFW, reject on one node', steps: method('reject', 'one', 0) },
    'reject-all': { title: 'UFW, reject on every node', steps: method('reject', 'all', 0) },
  },
  minHits: 10,
  flips: [
    { variant: 'deny-one', to: 'reject-all', says: 'reject instead of deny, on every node' },
    { variant: 'deny-one', to: 'reject-one', says: 'reject instead of deny' },
    { variant: 'reject-one', to: 'reject-all', says: 'reject on every node' },
    {
      variant: 'reject-one',
      set: 'externals.edge-dallas.settings.retry=false',
      says: 'an edge that tries no other node',
    },
    { variant: 'deny-all', to: 'reject-all', says: 'reject instead of deny' },
    { variant: 'reject-all', to: 'deny-all', says: 'deny instead of reject' },
  ],
  decoy: { from: 'user' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
