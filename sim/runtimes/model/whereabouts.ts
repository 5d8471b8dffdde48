/** Who stands behind a host of the model's network, as seen from a place: pods, Services' endpoints, shared addresses. */
import type { Place } from '../../../topology/schema.ts';
import { noRouteAfterMs } from '../../behaviour/gone-address.ts';
import { pickEndpoint } from '../../behaviour/kube-proxy.ts';
import type { Prng } from '../../prng.ts';
import type { PodId, Target } from '../contract.ts';
import type { ModelPod } from './connection.ts';
import { splitHost } from './hosts.ts';

export interface Found {
  readonly pod: ModelPod;
  readonly port: number;
}
/** An address that nobody has, and whose it was. */
export interface Nobody {
  readonly formerly?: PodId;
}
export const isNobody = (located: Found | Nobody): located is Nobody => !('pod' in located);

/** A machine as who dials it meets it where no program listens. */
const bare = (place: Place): ModelPod => ({
  id: place,
  place,
  onHost: true,
  server: undefined,
  listens: false,
  ports: [],
  paused: false,
  inbox: [],
});

export class Whereabouts {
  readonly pods = new Map<PodId, ModelPod>();
  private readonly gone = new Map<PodId, number>();
  readonly services = new Map<Place, ReadonlyMap<string, readonly Target[]>>();
  /** Shared address → the place that routes lead to. */
  readonly led = new Map<string, Place>();
  /** What kube-proxy of a place remembers of a Service. */
  private readonly picks = new Map<string, { count: number; readonly prng: Prng }>();
  private readonly prng: Prng;
  constructor(prng: Prng) {
    this.prng = prng;
  }

  /** The pod behind a host as seen from a place; 'none' when a Service has no endpoint. */
  locate(host: string, port: number, from: Place): Found | Nobody | 'none' {
    const [kind, name] = splitHost(host);
    if (kind === 'pod') return this.behind(name, port);
    if (kind === 'place') return this.at(name as Place, port);
    if (kind === 'anycast') return this.at(this.led.get(name), port);
    const endpoints = this.services.get(from)?.get(name) ?? [];
    const key = `${from}>${name}`;
    let picks = this.picks.get(key);
    if (picks === undefined) this.picks.set(key, (picks = { count: 0, prng: this.prng.split(key) }));
    const target = pickEndpoint(endpoints, 'iptables', picks.count++, picks.prng.next());
    if (target === undefined) return 'none';
    return 'pod' in target ? this.behind(target.pod, target.port) : {};
  }
  /** Its sandbox is gone; whoever still has its address meets what a kernel shows. */
  remove(id: PodId, nowMs: number): void {
    if (this.pods.delete(id)) this.gone.set(id, nowMs);
  }
  isGone(id: PodId): boolean {
    return this.gone.has(id) && !this.pods.has(id);
  }
  /** How long who dials the address of this pod, or one that nobody ever had, waits until he hears that there is no route. */
  noRouteAfterMs(formerly: PodId | undefined, nowMs: number): number {
    const since = formerly === undefined ? undefined : this.gone.get(formerly);
    return noRouteAfterMs(since === undefined ? undefined : nowMs - since);
  }
  /** Whether a SYN to this host is still led to a pod that is gone: a Service's rules may have changed. */
  leadsTo(host: string, from: Place, formerly: PodId | undefined): boolean {
    const [kind, name] = splitHost(host);
    const targets = kind === 'service' ? this.services.get(from)?.get(name) : undefined;
    return targets === undefined || targets.some((one) => 'pod' in one && one.pod === formerly);
  }
  private behind(id: PodId, port: number): Found | Nobody {
    const pod = this.pods.get(id);
    return pod === undefined ? { formerly: id } : { pod, port };
  }
  /** A place's own address stands whether or not a program listens there: where none does, dials are refused. */
  private at(place: Place | undefined, port: number): Found | Nobody {
    if (place === undefined) return {};
    const there = [...this.pods.values()].filter(
      (one) => one.onHost && one.place === place && one.ports.includes(port),
    );
    return { pod: there.find((one) => one.listens) ?? there[0] ?? bare(place), port };
  }
  /** Whom a shared address leads to now; undefined where it is none. A SYN that is repeated may go elsewhere. */
  shared(host: string, port: number): ModelPod | undefined {
    const [kind, name] = splitHost(host);
    if (kind !== 'anycast') return undefined;
    const located = this.at(this.led.get(name), port);
    return isNobody(located) ? undefined : located.pod;
  }
}
