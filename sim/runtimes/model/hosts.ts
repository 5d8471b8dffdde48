import { DNS_PORT, dnsServiceOf, nameServersOf } from '../../../topology/load.ts';
import type { Topology } from '../../../topology/schema.ts';
import type { Target } from '../contract.ts';

/** A target as a host of the model's network; only this file parses it. */
export const hostOf = (target: Target): string =>
  'pod' in target
    ? `pod/${target.pod}`
    : 'service' in target
      ? `service/${target.service}`
      : 'place' in target
        ? `place/${target.place}`
        : `anycast/${target.anycast}`;
export const splitHost = (host: string): [string, string] => [
  host.slice(0, host.indexOf('/')),
  host.slice(host.indexOf('/') + 1),
];
/** Whom everybody outside of the cluster asks for names; nobody answers there where the topology has no name servers. */
export const publicNames = (topology: Topology): string =>
  hostOf({ place: nameServersOf(topology) ?? topology.users.place, port: DNS_PORT });
/** Whom pods ask for names: the DNS Service; nobody answers there where the topology has none. */
export const clusterNames = (topology: Topology): string =>
  hostOf({ service: dnsServiceOf(topology)?.[0] ?? 'none', port: DNS_PORT });
