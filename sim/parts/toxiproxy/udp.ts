/** Extension: UDP forwarders, since Toxiproxy has none and DNS crosses wires too. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { performance } from 'node:perf_hooks';
import { ApiError } from './api-error.ts';
import type { Deadlines } from './deadlines.ts';
import type { EntryState } from './entry.ts';
import { addressText, bindError, resolveListen, type ListenAddress } from './listen-address.ts';

/** A client's socket towards the upstream is closed when nothing came for it this long: the brief life of a DNS query. */
const IDLE_MS = 10_000;

interface Reply {
  readonly socket: Socket;
  lastUsedMs: number;
}

/**
 * One forwarder: a socket for each client towards the upstream, so that answers find their way back.
 *
 * `refuse` closes the socket: a connected client sees ECONNREFUSED. `drop` keeps it and swallows what comes, answers
 * on their way included. `delayUs` holds each datagram, in each direction.
 */
export class UdpForwarder {
  readonly name: string;
  listen: string;
  readonly upstream: string;
  state: EntryState = 'open';
  delayUs = 0;
  readonly #deadlines: Deadlines;
  readonly #replies = new Map<string, Reply>();
  #socket: Socket | undefined;
  #target: ListenAddress | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(
    spec: { readonly name: string; readonly listen: string; readonly upstream: string },
    deadlines: Deadlines,
  ) {
    this.name = spec.name;
    this.listen = spec.listen;
    this.upstream = spec.upstream;
    this.#deadlines = deadlines;
  }

  /** Binds; port 0 becomes a real port in `listen`. */
  async start(): Promise<void> {
    this.#target = await resolveListen(this.upstream);
    const address = await resolveListen(this.listen);
    const socket = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4');
    await bound(socket, address);
    socket.on('error', () => {}); // e.g. an unreachable client; the next datagram tells for itself
    socket.on('message', (data, from) => this.#forward(data, from));
    this.#socket = socket;
    this.listen = addressText({ host: socket.address().address, port: socket.address().port });
    this.#sweep ??= setInterval(() => this.#dropIdle(), IDLE_MS / 2).unref();
  }

  async set(state: EntryState, delayUs: number): Promise<void> {
    this.delayUs = delayUs;
    this.state = state;
    if (state === 'refuse') this.#unbind();
    else if (!this.#socket) await this.start();
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
    this.#unbind();
  }

  toJson(): object {
    const { name, listen, upstream, state, delayUs } = this;
    return { name, listen, upstream, state, delay_us: delayUs };
  }

  #unbind(): void {
    this.#socket?.close();
    this.#socket = undefined;
    for (const { socket } of this.#replies.values()) socket.close();
    this.#replies.clear();
  }

  #forward(data: Buffer, from: RemoteInfo): void {
    if (this.state !== 'open') return;
    const { socket } = this.#replyPath(from);
    this.#later(() => {
      const target = this.#target;
      if (target && this.#alive(from, socket)) socket.send(data, target.port, target.host || '127.0.0.1');
    });
  }

  #replyPath(from: RemoteInfo): Reply {
    const key = `${from.address} ${from.port}`;
    const known = this.#replies.get(key);
    if (known) {
      known.lastUsedMs = performance.now();
      return known;
    }
    const socket = createSocket(isIPv6(this.#target?.host ?? '') ? 'udp6' : 'udp4');
    const reply: Reply = { socket, lastUsedMs: performance.now() };
    socket.on('error', () => {}); // an upstream that is not there: the client hears nothing, as behind a NAT
    socket.on('message', (data) => {
      reply.lastUsedMs = performance.now();
      this.#later(() => {
        if (this.state === 'open') this.#socket?.send(data, from.port, from.address);
      });
    });
    this.#replies.set(key, reply);
    return reply;
  }

  #alive(from: RemoteInfo, socket: Socket): boolean {
    return this.state === 'open' && this.#replies.get(`${from.address} ${from.port}`)?.socket === socket;
  }

  #later(send: () => void): void {
    if (this.delayUs === 0) send();
    else this.#deadlines.at(performance.now() + this.delayUs / 1000, send);
  }

  #dropIdle(): void {
    for (const [key, reply] of this.#replies) {
      if (performance.now() - reply.lastUsedMs < IDLE_MS) continue;
      reply.socket.close();
      this.#replies.delete(key);
    }
  }
}

async function bound(socket: Socket, address: ListenAddress): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  socket.bind(address.port, address.host || '0.0.0.0', resolve);
  try {
    await promise;
  } catch (error) {
    throw new ApiError(bindError(address, error).message.replace('tcp', 'udp'), 500);
  }
  socket.off('error', reject);
}
