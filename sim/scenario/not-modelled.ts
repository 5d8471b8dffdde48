/** What each runtime does not show, in words for whoever reads a result; the whole of it is in docs/architecture.md. */
export const NOT_MODELLED: Readonly<Record<string, readonly string[]>> = {
  model: [
    'bandwidth, and processors that are too few',
    'a client that goes away in the middle of a request',
    'service times and memory at the start are measured ones, not its own',
  ],
  embedded: [
    'limits on processors',
    'edge, ingress, resolver, kube-proxy and fault proxy are stand-ins, held to the real ones by conformance suites',
    'a photo takes a moment, whatever its size',
  ],
  docker: [
    'the way between nodes, and that of datagrams, takes no time',
    'the first round trip of a connection over a long link: stock Toxiproxy accepts at once',
    'resolver, kube-proxy, edge and phones are stand-ins',
  ],
};
