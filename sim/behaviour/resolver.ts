/**
 * How names are resolved: the schedule of Go's stub resolver in a pod, and what a CoreDNS with k3s' Corefile answers.
 * Sources: golang/go src/net/dnsconfig_unix.go and dnsclient_unix.go; k3s-io/k3s manifests/coredns.yaml.
 */
import { dial, now, query, type Dialled, type Program, type Protocol } from './effects.ts';

/** What /etc/resolv.conf says in a pod (dnsPolicy ClusterFirst). */
export interface StubSettings {
  readonly search: readonly string[];
  /** A name with fewer dots is tried with each search suffix first. */
  readonly ndots: number;
  readonly attempts: number;
  readonly tryTimeoutMs: number;
}
export const POD_RESOLV_CONF: StubSettings = {
  search: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
  ndots: 5,
  attempts: 2,
  tryTimeoutMs: 5_000,
};
/** A phone or a POP: no search list. */
export const PLAIN_RESOLV_CONF: StubSettings = { search: [], ndots: 1, attempts: 2, tryTimeoutMs: 5_000 };

export type Resolved =
  | { readonly ok: true; readonly addresses: readonly string[]; readonly ttlMs: number; readonly asked: number }
  | {
      readonly ok: false;
      readonly saw: 'no-such-name' | 'servfail' | 'reply-silent' | 'refused';
      readonly asked: number;
    };

/** The names Go tries, in order: enough dots means the name as it is comes first. */
export function namesToTry(name: string, settings: StubSettings): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const suffixed = settings.search.map((suffix) => `${name}.${suffix}`);
  const dots = name.split('.').length - 1;
  return dots >= settings.ndots ? [name, ...suffixed] : [...suffixed, name];
}

/**
 * Resolves a name as Go does: each candidate up to `attempts` times; NXDOMAIN ends a candidate at once, a silence or a
 * refusal only that attempt. The last failure seen is the answer when nothing resolved.
 * @param deadlineMs  for all of it, answers' own time included; no further attempt starts past it
 */
export function* lookUp(name: string, settings: StubSettings, deadlineMs: number): Program<Resolved> {
  const fromMs = yield* now();
  let asked = 0;
  let last: 'no-such-name' | 'servfail' | 'reply-silent' | 'refused' = 'no-such-name';
  for (const candidate of namesToTry(name, settings)) {
    for (let attempt = 0; attempt < settings.attempts; attempt++) {
      const leftMs = deadlineMs - ((yield* now()) - fromMs);
      if (leftMs <= 0) return { ok: false, saw: 'reply-silent', asked };
      const reply = yield* query(candidate, Math.min(settings.tryTimeoutMs, leftMs));
      asked++;
      if (reply.ok) return { ok: true, addresses: reply.addresses, ttlMs: reply.ttlMs, asked };
      last = reply.saw;
      if (reply.saw === 'no-such-name') break;
    }
  }
  return { ok: false, saw: last, asked };
}

/** Whom to dial by name, and how long at most. */
export interface NamedTarget {
  readonly name: string;
  readonly port: number;
  /** For look-up and connect together. */
  readonly timeoutMs: number;
  /** As whom TLS is spoken; absent: without. */
  readonly serverName?: string | undefined;
  /** For what comes after TCP; absent: what is left of `timeoutMs`. */
  readonly handshakeMs?: number;
}

/**
 * Looks a name up and dials its first address within one limit: what the look-up took is not there for the connect.
 * @see golang/go src/net/dial.go, DialContext: the deadline of `Dialer.Timeout` is set before the name is resolved
 */
export function* dialByName(
  protocol: Protocol,
  { name, port, timeoutMs, serverName, handshakeMs }: NamedTarget,
  settings: StubSettings = POD_RESOLV_CONF,
): Program<Dialled> {
  const fromMs = yield* now();
  const resolved = yield* lookUp(name, settings, timeoutMs);
  if (!resolved.ok) return { ok: false, saw: resolved.saw };
  const [address] = resolved.addresses;
  if (address === undefined) return { ok: false, saw: 'no-such-name' };
  const leftMs = timeoutMs - ((yield* now()) - fromMs);
  if (leftMs <= 0) return { ok: false, saw: 'connect-silent' };
  return yield* dial(protocol, address, port, leftMs, serverName, handshakeMs);
}

/** TTL of a Service's record (CoreDNS kubernetes plugin). */
export const CLUSTER_RECORD_TTL_MS = 5_000;
/** How long a "no such name" may be kept (CoreDNS kubernetes plugin: the same 5 s). */
export const DENIAL_TTL_MS = 5_000;
