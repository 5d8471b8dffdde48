/** A twin's own stretch of loopback: all of 127.0.0.0/8 is local on Linux, so each twin takes a 127.N.0.0/16 for itself. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { SimError } from '../../errors.ts';
import { allListeners } from './kernel-tables.ts';

/** Whoever listens on 127.N.0.1 at this port has 127.N; the kernel frees it however the holder ends. */
const CLAIM_PORT = 41_127;
/** 127.0 is everybody's. */
const FIRST = 41;
const LAST = 250;

export interface LoopbackClaim extends AsyncDisposable {
  /** `127.41`: every address below it is this twin's. */
  readonly prefix: string;
}

/**
 * Claims the first 127.N/16 that is free and where nobody listens, from 127.41 up to 127.250 and then from 127.1, until it is disposed or we die.
 *
 * @throws SimError `SIM_ADDRESS_TAKEN` when all are taken, or one program listens on the claim port of all addresses
 */
export async function claimLoopback(): Promise<LoopbackClaim> {
  for (let offset = 0; offset < LAST; offset += 1) {
    const prefix = `127.${((FIRST - 1 + offset) % LAST) + 1}`;
    const server = await listen(`${prefix}.0.1`, CLAIM_PORT);
    if (server === undefined) continue;
    // A killed twin's claim is free at once, its parts are gone only when its warden has ended them.
    if (allListeners().some((address) => address.startsWith(`${prefix}.`) && !address.endsWith(`:${CLAIM_PORT}`))) {
      await closed(server);
      continue;
    }
    server.unref();
    return { prefix, [Symbol.asyncDispose]: () => closed(server) };
  }
  throw new SimError(
    'SIM_ADDRESS_TAKEN',
    `no free stretch of loopback: 127.1 to 127.${LAST} are all claimed on port ${CLAIM_PORT}`,
    {
      hint: `end another twin, or the program that listens on port ${CLAIM_PORT} of all addresses (ss -ltnp 'sport = :${CLAIM_PORT}')`,
    },
  );
}

/**
 * A TCP port that can be listened on at this address: the preferred one, unless a program listens on it at all
 * addresses (a user's own Postgres on 0.0.0.0:5432 takes that port from every loopback address).
 */
export async function freePort(host: string, preferred: number): Promise<number> {
  const server = (await listen(host, preferred)) ?? (await listen(host, 0));
  const address = server?.address();
  if (server === undefined || address === null || typeof address !== 'object') {
    throw new SimError('SIM_ADDRESS_TAKEN', `no port of ${host} can be listened on`, {
      hint: 'is this address on this machine? the embedded runtime needs Linux',
    });
  }
  await closed(server);
  return address.port;
}

async function listen(host: string, port: number): Promise<Server | undefined> {
  // No connection is ever taken: whoever dials the claim is turned away.
  const server = createServer((socket) => socket.destroy());
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}
