import { connect, type Socket } from 'node:net';
import type { HostPort } from '../config.ts';

/**
 * Carries a connection's bytes to an endpoint and back, as the kernel's address rewriting would: half-closes are kept, a
 * reset of one side resets the other, and a dial that fails resets the client.
 * @param client  accepted with `allowHalfOpen`, still paused
 */
export function pipeTo(client: Socket, endpoint: HostPort): void {
  const server = connect({ ...endpoint, allowHalfOpen: true, noDelay: true });
  server.once('connect', () => {
    client.pipe(server);
    server.pipe(client);
  });
  client.on('error', () => reset(server));
  server.on('error', () => reset(client));
}

function reset(socket: Socket): void {
  if (socket.destroyed) return;
  // A socket that is still connecting has nobody to reset, and would wait for its connect.
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
