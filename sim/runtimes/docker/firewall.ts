/**
 * The packet filter of one namespace as text for `iptables-restore`: kube-proxy's rules, the way onto long links, and the
 * conditions of the moment. Pure: state in, text out; each text replaces the one before at once.
 *
 *   OUTPUT  nat     ClusterIP:port ─▶ an endpoint, at random        place:port ─▶ the long link's entry in Toxiproxy
 *   OUTPUT  filter  a Service without endpoints is rejected
 *   INPUT   filter  refuse, drop, hang: on what diallers send here, and on what comes back to whom dialled from here
 *
 * Conditions stand where packets arrive: dropped on its way out, a packet would tell its sender so (EPERM), and the kernel
 * would repeat it at another pace than one that got lost.
 *
 * @see Kubernetes pkg/proxy/iptables/proxier.go: `statistic --mode random`, and REJECT where there are no endpoints
 */
import type { HostPort } from '../../parts/config.ts';

export type Protocol = 'tcp' | 'udp';
export interface ServiceRule {
  readonly clusterIp: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly endpoints: readonly HostPort[];
}
/** What is dialled, and the proxy's listener that it is led to. */
export interface Detour {
  readonly from: HostPort;
  readonly to: HostPort;
}
/** What connections to here meet. */
export interface Inbound {
  readonly kind: 'refuse' | 'drop' | 'hang';
  /** Address of the dialler; absent: every one. */
  readonly from?: string;
  /** Absent: every port. */
  readonly port?: number;
  readonly protocol: Protocol;
  /** `new`: only connections that begin now. */
  readonly connections?: 'new';
}
/** What the answers of connections dialled from here meet. */
export interface Reply {
  readonly kind: 'drop' | 'hang';
  readonly host: string;
  readonly port?: number;
  readonly protocol: Protocol;
}
export interface Filter {
  readonly services: readonly ServiceRule[];
  readonly detours: readonly Detour[];
  readonly inbound: readonly Inbound[];
  readonly replies: readonly Reply[];
}

/** Declared once in each namespace; the texts of `filterText` fill them. */
export const CHAINS = `*nat
:TWIN - [0:0]
-A OUTPUT -j TWIN
COMMIT
*filter
:TWIN-OUT - [0:0]
:TWIN-IN - [0:0]
-A OUTPUT -j TWIN-OUT
-A INPUT -j TWIN-IN
COMMIT
`;

/** Silence wins over refusal, refusal over a hang. */
const ORDER = ['drop', 'refuse', 'hang'] as const;

export function filterText({ services, detours, inbound, replies }: Filter): string {
  const nat = [...services.flatMap(serviceDnat), ...detours.map(detourDnat)];
  const sorted = inbound.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const filter = [...services.flatMap(serviceReject), ...sorted.flatMap(inboundRules), ...replies.flatMap(replyRules)];
  const lines = ['*nat', ':TWIN - [0:0]', ...nat, 'COMMIT', '*filter', ':TWIN-OUT - [0:0]', ':TWIN-IN - [0:0]'];
  return [...lines, ...filter, 'COMMIT', ''].join('\n');
}

const dial = ({ host, port }: HostPort, protocol: Protocol): string =>
  `-d ${host}/32 -p ${protocol} -m ${protocol} --dport ${port}`;

/** The first of n endpoints takes 1/n of the connections, the next 1/(n-1) of the rest, and so on. */
function serviceDnat({ clusterIp, port, protocol, endpoints }: ServiceRule): string[] {
  return endpoints.map((endpoint, index) => {
    const left = endpoints.length - index;
    const share = left === 1 ? '' : ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}`;
    return `-A TWIN ${dial({ host: clusterIp, port }, protocol)}${share} -j DNAT --to-destination ${endpoint.host}:${endpoint.port}`;
  });
}
const serviceReject = ({ clusterIp, port, protocol, endpoints }: ServiceRule): string[] =>
  endpoints.length > 0
    ? []
    : [`-A TWIN-OUT ${dial({ host: clusterIp, port }, protocol)} -j REJECT --reject-with icmp-port-unreachable`];
const detourDnat = ({ from, to }: Detour): string =>
  `-A TWIN ${dial(from, 'tcp')} -j DNAT --to-destination ${to.host}:${to.port}`;

/** A segment that carries something: longer than both headers with time stamps. Or one that ends a connection. */
const PAYLOAD = ['--tcp-flags SYN NONE -m length --length 53:65535', '--tcp-flags FIN FIN'];

function inboundRules({ kind, from, port, protocol, connections }: Inbound): string[] {
  const source = from === undefined ? '' : ` -s ${from}/32`;
  const here = `-A TWIN-IN${source} -p ${protocol} -m ${protocol}${port === undefined ? '' : ` --dport ${port}`}`;
  // Without a port the rule would else meet the answers to what was dialled from here too.
  const dialled = '-m conntrack --ctdir ORIGINAL';
  if (protocol === 'udp')
    return [`${here} ${dialled} -j ${kind === 'refuse' ? 'REJECT --reject-with icmp-port-unreachable' : 'DROP'}`];
  if (kind === 'refuse') return [`${here} --syn -j REJECT --reject-with tcp-reset`];
  if (kind === 'hang') return PAYLOAD.map((match) => `${here} ${match} ${dialled} -j DROP`);
  return connections === 'new' ? [`${here} --syn -j DROP`] : [`${here} ${dialled} -j DROP`];
}

/** What comes back bears the address that was dialled, before nat; conntrack knows who really sent it. */
function replyRules({ kind, host, port, protocol }: Reply): string[] {
  const sender = `-m conntrack --ctreplsrc ${host}${port === undefined ? '' : ` --ctreplsrcport ${port}`} --ctdir REPLY`;
  const back = `-A TWIN-IN -p ${protocol} -m ${protocol}`;
  if (kind === 'drop' || protocol === 'udp') return [`${back} ${sender} -j DROP`];
  return PAYLOAD.map((match) => `${back} ${match} ${sender} -j DROP`);
}
