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
import { fatal, Messages } from './messages.ts';
import { Session } from './session.ts';

/** SSLRequest and CancelRequest: codes of a first message that names no protocol version, after its length. */
const TLS_WANTED = 80_877_103;
const CANCEL = 80_877_102;
const CODE_AT = 4;
const LEAST_BYTES = 8;

/** What a client says first; undefined when it went away before it had said it. Nothing more is read then. */
function firstOf(socket: Socket): Promise<Buffer | undefined> {
  const messages = new Messages(true);
  return new Promise((resolve) => {
    const onData = (chunk: Buffer): void => {
      const [first] = messages.push(chunk);
      if (first === undefined) return;
      socket.off('data', onData).pause();
      resolve(first.bytes);
    };
    socket.on('data', onData).once('close', () => resolve(undefined));
  });
}

await startPart<PoolerConfig>(async ({ listen, tls, servers, queryWaitMs, database }) => {
  const pooler: Pooler = { gate: { capacity: servers }, queryWaitMs };
  const world = makeWorld({ dns: { servers: [] }, prng: createPrng(0), dialers: {} });
  const secureContext = createSecureContext(tls);
  const greet = async (socket: Socket): Promise<void> => {
    const first = await firstOf(socket);
    if (first === undefined || first.length < LEAST_BYTES) return void socket.destroy();
    const code = first.readUInt32BE(CODE_AT);
    if (code === CANCEL) {
      connect(database)
        .on('error', () => undefined)
        .end(first);
      return void socket.end();
    }
    if (code !== TLS_WANTED) return void socket.end(fatal('08P01', 'SSL required'));
    socket.write('S');
    const client = new TLSSocket(socket, { isServer: true, secureContext });
    client.on('error', () => undefined);
    client.once('secure', () => new Session(client, database, pooler, world));
  };
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    void greet(socket);
  });
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  return {};
});
