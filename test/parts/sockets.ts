/** Small servers and clients for the tests of the parts. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createWebServer, type RequestListener, type ServerOptions } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import type { HostPort } from '../../sim/parts/config.ts';

/** A TCP server; disposing destroys its connections. */
export async function tcpServer(
  at: HostPort,
  onSocket: (socket: Socket) => void,
): Promise<AsyncDisposable & { readonly accepted: number }> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(at.port, at.host);
  await once(server, 'listening');
  return {
    get accepted() {
      return accepted;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A plain HTTP server; disposing ends its connections. */
export async function webServer(
  at: HostPort,
  handle: RequestListener,
  options: ServerOptions = {},
): Promise<AsyncDisposable> {
  const server = createWebServer(options, handle).listen(at.port, at.host);
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What a client saw of a connection: the text it got, then `end`, or the code of an error. */
export function converse(at: HostPort, say: string, options: { readonly end?: boolean } = {}): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ ...at, allowHalfOpen: true }, () =>
    options.end === true ? socket.end(say) : socket.write(say),
  );
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('end', () => {
    socket.destroy();
    resolve(`${text}|end`);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${text}|${error.code}`));
  return promise;
}

/** Asks by UDP once: the answer, or the code of what the kernel said. */
export async function askUdp(at: HostPort, question: Buffer): Promise<Buffer | string> {
  const socket = createSocket('udp4');
  const { promise, resolve } = Promise.withResolvers<Buffer | string>();
  socket.on('message', (data) => resolve(data));
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  socket.connect(at.port, at.host, () => socket.send(question));
  const answer = await promise;
  socket.close();
  return answer;
}

/** A UDP server that answers each datagram with what `reply` makes of it, or not at all. */
export async function udpServer(at: HostPort, reply: (data: Buffer) => Buffer | undefined): Promise<AsyncDisposable> {
  const socket = createSocket('udp4');
  socket.on('message', (data, from) => {
    const answer = reply(data);
    if (answer !== undefined) socket.send(answer, from.port, from.address);
  });
  socket.bind(at.port, at.host);
  await once(socket, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
