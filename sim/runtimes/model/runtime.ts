/**
 * The model: virtual time, one process, no sockets. Bit-exact by seed; milliseconds instead of minutes.
 * Not modelled: bandwidth, request bodies' sizes, CPU contention between pods, a client that goes away mid-request.
 */
import { createPrng } from '../../prng.ts';
import type { NameRecord, PartIdentity, Runtime, Stage } from '../contract.ts';
import { modelTraffic } from './client.ts';
import { modelClock } from './clock.ts';
import { EventQueue } from './event-queue.ts';
import { ModelNetwork } from './network.ts';
import { createSandbox, type PodContext } from './pod.ts';
import { modelProber } from './prober.ts';
import type { Tables } from './programs/program.ts';

const LACKS: Readonly<Record<string, string>> = {
  throttle: 'the model carries messages, not bytes: it has no bandwidth',
  'by-hand': 'virtual time is over in an instant: there is no moment in which a person could act',
};
const PARTS: readonly PartIdentity[] = [{ role: 'everything', kind: 'arithmetic', version: 'model' }];

export const model: Runtime = {
  name: 'model',
  lacks: (capability) => LACKS[capability],
  open(topology, options) {
    const queue = new EventQueue();
    const prng = createPrng(options.seed).split('model');
    const network = new ModelNetwork(queue, topology, options.profile, prng.split('links'));
    const tables: Tables = {
      names: { cluster: new Map<string, NameRecord>(), public: new Map<string, NameRecord>() },
      ingress: new Map(),
    };
    const clock = modelClock(queue, { ...options, timers: topology.timers });
    const context: PodContext = {
      queue,
      network,
      topology,
      tables,
      record: { writes: new Map(), jobs: new Map() },
      prng,
      shortenedMs: clock.shortenedMs,
    };
    const stage: Stage = {
      clock,
      network,
      names: {
        publish(zone, name, record) {
          if (record === 'absent') tables.names[zone].delete(name);
          else tables.names[zone].set(name, record);
          return Promise.resolve();
        },
      },
      routes: {
        kubeProxy: (node, services) => Promise.resolve(void network.where.services.set(node, services)),
        ingress: (pod, hosts) => Promise.resolve(void tables.ingress.set(pod, hosts)),
        anycast: (address, place) => Promise.resolve(network.lead(address, place)),
      },
      prober: modelProber(context),
      traffic: modelTraffic(context),
      readback: {
        writes: () => Promise.resolve(context.record.writes),
        jobs: () => Promise.resolve(context.record.jobs),
      },
      parts: PARTS,
      sandbox: (pod, node, hostNetwork) => Promise.resolve(createSandbox(context, pod, node, hostNetwork)),
      play: (whole) => queue.play(whole),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    return Promise.resolve(stage);
  },
};
