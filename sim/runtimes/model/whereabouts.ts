/** Who stands behind a host of the model's network, as seen from a place: pods, Services' endpoints, shared addresses. */
import type { Place } from '../../../topology/schema.ts';
import { pickEndpoint } from '../../behaviour/kube-proxy.ts';
import type { Prng } from '../../prng.ts';
import type { PodId, Target } from '../contract.ts';
import type { ModelPod } from './connection.ts';
import { splitHost } from './hosts.ts';

export interface Found {
  readonly pod: ModelPod;
  readonly port: number;
}
const found = (pod: ModelPod | undefined, port: number): Found | undefined =>
  pod === undefined ? undefined : { pod, port };

export class Whereabouts {
  readonly pods = new Map<PodId, ModelPod>();
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
  locate(host: string, port: number, from: Place): Found | 'none' | undefined {
    const [kind, name] = splitHost(host);
    if (kind === 'pod') return found(this.pods.get(name), port);
    if (kind === 'place') return this.at(name, port);
    if (kind === 'anycast') return this.at(this.led.get(name), port);
    const endpoints = this.services.get(from)?.get(name) ?? [];
    const key = `${from}>${name}`;
    let picks = this.picks.get(key);
    if (picks === undefined) this.picks.set(key, (picks = { count: 0, prng: this.prng.split(key) }));
    const target = pickEndpoint(endpoints, 'iptables', picks.count++, picks.prng.next());
    if (target === undefined) return 'none';
    return 'pod' in target ? found(this.pods.get(target.pod), target.port) : undefined;
  }
  private at(place: string | undefined, port: number): Found | undefined {
    return found(
      [...this.pods.values()].find((pod) => pod.place === place && pod.ports.includes(port)),
      port,
    );
  }
  /** Whom a shared address leads to now; undefined where it is none. A SYN that is repeated may go elsewhere. */
  shared(host: string, port: number): ModelPod | undefined {
    const [kind, name] = splitHost(host);
    return kind === 'anycast' ? this.at(this.led.get(name), port)?.pod : undefined;
  }
}
