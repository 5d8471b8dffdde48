/**
 * What each part is told at its start (JSON in the environment variable TWIN_PART) and while it runs (JSON lines on its
 * standard input). Addresses in here are already those that this part has to dial: a part never learns a raw pod address.
 *
 *   stdin   {"id": 7, "table": {...}}      a new table (routes, records, services); answered {"ack": 7} once in force
 *   stdout  {"ready": true}                once, when it listens; any other line is a log line
 *   stdin   {"grow": NumberedGrowth}       api and worker: take memory and keep it, from now on; one that is empty ends that of its number
 *   stdin   end of file                    whoever started the part is gone: it ends, at once
 */
import type { CacheLimits } from '../behaviour/name-cache.ts';
import type { Oracle, PhoneHabits } from '../behaviour/phone.ts';
import type { QueueTimings } from '../behaviour/queue.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}
/** DNS servers as `host:port` pairs: a pod's resolv.conf cannot name ports, ours must. */
export interface DnsClient {
  readonly servers: readonly HostPort[];
}

export interface ApiConfig {
  readonly instance: string;
  readonly listen: HostPort;
  readonly dns: DnsClient;
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly name: string;
  };
  readonly redis: HostPort;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** HMAC secret of the users' tokens. */
  readonly tokenSecret: string;
  /** Where photos are kept; absent where the topology has no such place, or nobody asks for photos. */
  readonly objectStore?: {
    readonly host: string;
    readonly port: number;
    /** PEM of who signed its certificate. */
    readonly ca: string;
    readonly key: ObjectStoreKey;
  };
  readonly seed: number;
}
/** What signs and checks requests to an object store. */
export interface ObjectStoreKey {
  readonly id: string;
  readonly secret: string;
  readonly region: string;
}
/** A pooler in transaction mode before a Postgres. */
export interface PoolerConfig {
  readonly listen: HostPort;
  /** PEM. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** How many transactions may be open at once. */
  readonly servers: number;
  /** How long a client waits for its turn before it is cut off. */
  readonly queryWaitMs: number;
  /** Path of the database's socket. */
  readonly database: string;
}
/** Its table is `{"error": ServiceError}`: what it answers from now on; `{}` ends that. */
export interface ObjectStoreConfig {
  readonly listen: HostPort;
  readonly tls: { readonly key: string; readonly cert: string };
  readonly bucket: string;
  /** How many photos it holds from the start. */
  readonly objects: number;
  readonly key: ObjectStoreKey;
}
export interface WorkerConfig {
  readonly instance: string;
  readonly timings: QueueTimings;
  readonly dns: DnsClient;
  readonly redis: HostPort;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** One line per job done is appended here: the worker's record, read by the ledger. */
  readonly recordFile: string;
  readonly seed: number;
}
export interface AdminConfig {
  readonly instance: string;
  readonly listen: HostPort;
  readonly dns: DnsClient;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** The port that is really dialled for the one of the setting `apiUrl`. */
  readonly apiPort: number;
  /** PEM of who signed the edge's certificate. */
  readonly ca: string;
  readonly seed: number;
}
export interface EdgeConfig {
  readonly pop: string;
  readonly listen: HostPort;
  readonly key: string;
  readonly cert: string;
  readonly origins: readonly { readonly host: string; readonly port: number; readonly node: string }[];
  readonly retry: boolean;
  /** Paths that a Cache Rule makes eligible; absent: none. */
  readonly cacheRulePaths?: readonly string[];
  readonly seed: number;
}
export interface IngressConfig {
  readonly instance: string;
  readonly node: string;
  readonly listen: HostPort;
  readonly dns: DnsClient;
  readonly hosts: IngressTable;
  readonly seed: number;
}
/** Host → where its requests go. */
export type IngressTable = Readonly<
  Record<
    string,
    | { readonly kind: 'service'; readonly name: string; readonly port: number }
    | { readonly kind: 'endpoints'; readonly service: string; readonly addresses: readonly HostPort[] }
  >
>;
export interface KubeProxyConfig {
  readonly node: string;
  readonly mode: 'iptables' | 'ipvs';
  readonly seed: number;
  readonly services: KubeProxyTable;
}
/**
 * Service → its ClusterIP's entry on this node and where new connections go. `state` mirrors the endpoints as this node
 * sees them: `refuse` when there is none or all refuse, `drop` when none answers a SYN, else `open`.
 */
export type KubeProxyTable = Readonly<
  Record<
    string,
    {
      readonly entry: HostPort;
      readonly protocol: 'tcp' | 'udp';
      readonly state: 'open' | 'refuse' | 'drop';
      readonly endpoints: readonly ServiceEndpoint[];
    }
  >
>;
/** `silent`: dialled from this node it answers no SYN. The connects that would have gone to it (TCP) get no answer at the entry. */
export interface ServiceEndpoint extends HostPort {
  readonly silent?: boolean;
}
export interface ResolverConfig {
  readonly instance: string;
  readonly zone: 'cluster' | 'public';
  /** Where TCP is accepted (readiness). */
  readonly listen: HostPort;
  /** One UDP socket per place that asks: the answer depends on where one stands. */
  readonly viewers: Readonly<Record<string, HostPort>>;
  readonly records: ResolverTable;
  /** How long it keeps what it has answered; absent: it keeps nothing, as who has the records himself. */
  readonly cache?: CacheLimits;
}
/** Besides: `{"error": "SERVFAIL"}`: every question is answered so from now on; `{}` ends that. */
/** Viewer → name (lower case, no final dot) → addresses and TTL. A name that is in no table is NXDOMAIN. */
export type ResolverTable = Readonly<
  Record<string, Readonly<Record<string, { readonly addresses: readonly string[]; readonly ttlMs: number }>>>
>;
export interface PhoneConfig {
  readonly dns: DnsClient;
  /** The run's certificate authority, PEM: the phone verifies the edge's certificate. */
  readonly ca: string;
  /** Public port → the port that is really dialled (443 is closed to ordinary users). */
  readonly ports: Readonly<Record<string, number>>;
  /** Journey → what its right answer holds. */
  readonly oracles: Readonly<Record<string, Oracle>>;
  readonly habits: PhoneHabits;
  /** A node's address → what is really dialled for it; absent where no user dials one. */
  readonly nodes?: Readonly<Record<string, HostPort>>;
  readonly seed: number;
}
/*
 * The phone, on stdin besides: {"drive": {"startInMs": n}}, {"requests": PlannedRequest[]} (any number of times, ahead of
 * their instants), {"end": true} (no more will come), {"stop": true} (start no further one). On stdout besides:
 * {"started": true}, {"outcome": Outcome}, {"done": DriveReport}.
 */
