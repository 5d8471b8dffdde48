/** The networks of both live runtimes before any Toxiproxy, for the topology `small`; no program runs there. */
import { DockerNetwork } from '../../sim/runtimes/docker/network.ts';
import type { Shell } from '../../sim/runtimes/docker/shell.ts';
import { EmbeddedNetwork } from '../../sim/runtimes/embedded/network.ts';
import type { ToxiproxyClient } from '../../sim/runtimes/toxiproxy.ts';
import { defineTopology } from '../../topology/load.ts';
import { small } from '../topology/small.ts';

const world = { topology: defineTopology(small()), profile: 'physical' };
const shell = { host: '10.64.0.2', run: () => Promise.resolve([]) } as unknown as Shell;

export const embeddedNetwork = (toxiproxy: ToxiproxyClient): EmbeddedNetwork =>
  new EmbeddedNetwork({
    ...world,
    prefix: '127.9',
    seed: 7,
    toxiproxy,
    ports: { real: (port) => port, own: () => Promise.resolve(20_000) },
    servicesChanged: () => Promise.resolve(),
    down: new AbortController().signal,
  });
export const dockerNetwork = (client: ToxiproxyClient): DockerNetwork =>
  new DockerNetwork({ ...world, prefix: '10.64', toxiproxy: { client, shell } });
