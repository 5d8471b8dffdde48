/**
 * How names are resolved: the schedule of Go's stub resolver in a pod, and what a CoreDNS with k3s' Corefile answers.
 * Sources: golang/go src/net/dnsconfig_unix.go and dnsclient_unix.go; k3s-io/k3s manifests/coredns.yaml.
 */
import { query, type Program } from './effects.ts';

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
 * @param deadlineMs  what is left of the dial's own budget; no further attempt starts past it
 */
export function* lookUp(name: string, settings: StubSettings, deadlineMs: number): Program<Resolved> {
  let asked = 0;
  let spentMs = 0;
  let last: 'no-such-name' | 'servfail' | 'reply-silent' | 'refused' = 'no-such-name';
  for (const candidate of namesToTry(name, settings)) {
    for (let attempt = 0; attempt < settings.attempts; attempt++) {
      const leftMs = deadlineMs - spentMs;
      if (leftMs <= 0) return { ok: false, saw: 'reply-silent', asked };
      const timeoutMs = Math.min(settings.tryTimeoutMs, leftMs);
      const reply = yield* query(candidate, timeoutMs);
      asked++;
      if (reply.ok) return { ok: true, addresses: reply.addresses, ttlMs: reply.ttlMs, asked };
      last = reply.saw;
      if (reply.saw === 'reply-silent') spentMs += timeoutMs;
      if (reply.saw === 'no-such-name') break;
    }
  }
  return { ok: false, saw: last, asked };
}

/** TTL of a Service's record (CoreDNS kubernetes plugin) and the ends of its cache (k3s Corefile `cache 30`). */
export const CLUSTER_RECORD_TTL_MS = 5_000;
