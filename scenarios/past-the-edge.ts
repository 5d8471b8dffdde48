/**
 * Claim    The book: UFW lets anybody in on :80, so a node answers whoever dials its address, edge or no edge.
 * Method   Clients dial the nodes' addresses, beside phones that go through the edge. Then every POP refuses. Once more with
 *          a firewall that drops what does not come from the edge.
 * Look at  Who is served past the edge, in plain HTTP and with nothing that the edge adds; and what it costs to close that door.
 */
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const before = [
  { name: 'connections are made', phase: 'warm-up' as const, lastsMs: 3_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 6_000 },
];

const scenario = defineScenario({
  id: 'past-the-edge',
  title: 'Direct to origin, past the edge',
  layer: 'Direct to origin, past what is down',
  about:
    "Flexible SSL means that the origin speaks plain HTTP, and the book's firewall lets anybody in: a client that knows a node's address needs no edge, no name and no certificate, and its token is sent as it is. Such a client makes a connection for each request, as curl does.",
  sources: [
    'chapter 12, hop 2: ":80 from anywhere (for now)", "HTTP/1.1 plaintext (SSL=Flexible)"',
    'Cloudflare, Flexible SSL: HTTPS to the edge, HTTP on port 80 to the origin, no certificate there',
    'ufw 0.36.2: deny is DROP; a rule on port 80 for the ranges of the edge only',
    'Traefik 3: a router is chosen by the Host header, whoever sends it',
  ],
  load: 'direct',
  exposed: ['dialNode'],
  hypothesis: USERS_ARE_SERVED,
  variants: {
    'edge-down': {
      title: 'Every POP down',
      steps: [
        ...before,
        // What is under way through the edge when that goes was due before.
        { name: 'a second before', phase: 'during', lastsMs: 1_000 },
        {
          name: 'every POP refuses',
          phase: 'during',
          do: [{ fault: 'shut-out', params: { port: 443, of: 'pop' }, as: 'edge' }],
          lastsMs: 16_000,
        },
        { name: 'the edge is back', phase: 'after', do: [{ heal: 'edge' }], lastsMs: 10_000 },
      ],
    },
    // The book says "anywhere, for now": this is what comes after "for now".
    'edge-only': {
      title: 'Firewall drops all but the edge',
      unsaid: true,
      steps: [
        ...before,
        {
          name: 'UFW lets only the edge in',
          phase: 'during',
          do: [{ fault: 'firewall', params: { port: 80, rule: 'deny', from: 'user' }, as: 'ufw' }],
          lastsMs: 12_000,
        },
        // Longer than anybody waits: whoever dials now is helped by the end.
        { name: 'those who wait give up', phase: 'during', lastsMs: 10_000, counts: false },
        { name: 'UFW lets anybody in', phase: 'after', do: [{ heal: 'ufw' }], lastsMs: 14_000 },
      ],
    },
  },
  minHits: 10,
  // A port on which nobody listens.
  decoy: { port: 9 },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
