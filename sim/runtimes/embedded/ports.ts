/** Which real port stands for each port of the topology: the same one where it can be had. */
import { freePort } from './addresses.ts';

/** Ports below this are closed to ordinary users. */
const PRIVILEGED_BELOW = 1_024;
const SHIFT = 10_000;

/** Each twin has a stretch of ports for programs that listen on all addresses, below those that the kernel gives to clients. */
const OWN_FROM = 20_000;
const OWN_COUNT = 40;

export interface Ports {
  /** The port that is really listened on, at every address of the twin. For one of which the topology says nothing: where nobody listens. */
  real(port: number): number;
  /** A port for one pod's program alone: most programs listen on all addresses, where two cannot share one. */
  own(): Promise<number>;
}

/**
 * Finds a real port for each: itself, or 10000 more where it is privileged, or any free one where a program of the user
 * holds it at all addresses (a Redis on 0.0.0.0:6379 takes 6379 from every loopback address).
 *
 * @param probeHost  an address of the twin, `127.N.x.y`
 */
export async function choosePorts(probeHost: string, wanted: readonly number[]): Promise<Ports> {
  const chosen = new Map<number, number>();
  const open = (port: number): number => (port < PRIVILEGED_BELOW ? port + SHIFT : port);
  await Promise.all([...new Set(wanted)].map(async (port) => chosen.set(port, await freePort(probeHost, open(port)))));
  const ownFrom = OWN_FROM + OWN_COUNT * (Number(probeHost.split('.')[1]) - 1);
  let owned = 0;
  return {
    own: () => freePort('0.0.0.0', ownFrom + (owned++ % OWN_COUNT)),
    real: (port) => chosen.get(port) ?? open(port),
  };
}
