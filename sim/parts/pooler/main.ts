/**
 * The pooler's program: PgBouncer in transaction mode before a real Postgres, as far as its clients can tell while they wait.
 * What it decides is in `behaviour/pooler.ts`; `test/conformance/pooler-cases.ts` holds it to the real one.
 *
 *   client ──TLS──▶ session ──waits for one of N servers──▶ Postgres, by its socket
 *
 * Each client has a session with Postgres of its own, and only as many as there are servers may say something at once. So a
 * session keeps what PgBouncer's lose between transactions (SET, LISTEN, temporary tables), and a log-in asks Postgres.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Pooler } from '../../behaviour/pooler.ts';
import { createPrng } from '../../prng.ts';
import type { PoolerConfig } from '../config.ts';
import { makeWorld } from '../driver.ts';
import { startPart } from '../part.ts';
import { fatal } from './messages.ts';
import { Session } from './session.ts';

/** SSLRequest and CancelRequest: codes of a first message that names no protocol version. */
const TLS_WANTED = 80_877_103;
const CANCEL = 80_877_102;
const HEAD_BYTES = 8;
/** Of a CancelRequest: process and secret, after the head. */
const CANCEL_BYTES = 8;

/** As many bytes, as soon as they are there; undefined when the other side ended first. */
async function take(socket: Socket, bytes: number): Promise<Buffer | undefined> {
  for (;;) {
    const taken = socket.read(bytes) as Buffer | null;
    if (taken !== null) return taken.length === bytes ? taken : undefined;
    if (socket.readableEnded || socket.destroyed) return undefined;
    await Promise.race(['readable', 'end', 'close'].map((event) => once(socket, event)));
  }
}

await startPart<PoolerConfig>(async ({ listen, tls, servers, queryWaitMs, database }) => {
  const pooler: Pooler = { gate: { capacity: servers }, queryWaitMs };
  const world = makeWorld({ dns: { servers: [] }, prng: createPrng(0), dialers: {} });
  const secureContext = createSecureContext(tls);
  const greet = async (socket: Socket): Promise<void> => {
    const head = await take(socket, HEAD_BYTES);
    if (head === undefined) return void socket.destroy();
    const code = head.readUInt32BE(HEAD_BYTES / 2);
    if (code === CANCEL) {
      const whom = await take(socket, CANCEL_BYTES);
      if (whom !== undefined)
        connect(database)
          .on('error', () => undefined)
          .end(Buffer.concat([head, whom]));
      return void socket.end();
    }
    if (code !== TLS_WANTED) return void socket.end(fatal('08P01', 'SSL required'));
    socket.write('S');
    const client = new TLSSocket(socket, { isServer: true, secureContext });
    client.on('error', () => undefined);
    client.once('secure', () => new Session(client, database, pooler, world));
  };
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined);
    void greet(socket);
  });
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  return {};
});
