import { connect, type Socket } from 'node:net';
import { Chain, toxicJson } from './chain.ts';
import { Connection } from './connection.ts';
import type { BlackHoles } from './black-hole.ts';
import type { Deadlines } from './deadlines.ts';
import { Entry, setEntries } from './entry.ts';
import { addressText, resolveListen, splitAddress } from './listen-address.ts';
import type { Link } from './link.ts';
import type { Direction } from './toxics/toxic.ts';

/** What all proxies of a server share. */
export interface Shared {
  readonly deadlines: Deadlines;
  readonly holes: BlackHoles;
}

/** Extensions of one proxy, from the field `twin` of its creation. Absent: Toxiproxy's own behaviour. */
export interface TwinOptions {
  /** Half-closed connections are kept, and an RST from one side goes on to the other as an RST. */
  readonly propagateReset: boolean;
  /** A client whose upstream refuses the dial gets RST, not FIN. */
  readonly mirrorRefused: boolean;
}

export interface ProxySpec {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly twin?: TwinOptions;
}

/** An address clients dial, the upstream they get, and the toxics between. @see toxiproxy 2.12 proxy.go */
export class Proxy {
  readonly name: string;
  /** As given until it was bound, then the bound address. */
  listen: string;
  upstream: string;
  twin: TwinOptions | undefined;
  enabled = false;
  readonly chain: Chain;
  readonly entry: Entry;
  readonly #shared: Shared;
  readonly #connections = new Set<Connection>();
  /** Accepted clients and dials that are no connection yet. */
  readonly #pending = new Set<Socket>();
  #dialTurn: Promise<void> = Promise.resolve();
  #accepted = 0;

  constructor(spec: ProxySpec, shared: Shared) {
    this.name = spec.name;
    this.listen = spec.listen;
    this.upstream = spec.upstream;
    this.twin = spec.twin;
    this.#shared = shared;
    this.chain = new Chain((direction) => this.#linksOf(direction));
    this.entry = new Entry((client) => this.#accept(client));
  }

  /** Binds and enables; does nothing if enabled. Throws with Go's message if the address cannot be had. */
  async start(): Promise<void> {
    if (this.enabled) return;
    try {
      this.listen = addressText(await this.entry.start(await resolveListen(this.listen)));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(message.startsWith('listen tcp') ? message : `listen tcp: ${message}`, { cause: error });
    }
    this.enabled = true;
    const wanted = this.entry.state;
    this.entry.state = 'open';
    await setEntries(new Map([[this.entry, wanted]]), this.#shared.holes);
  }

  /** Closes the listener and all connections, both ways. */
  async stop(): Promise<void> {
    if (!this.enabled) return;
    this.enabled = false;
    for (const socket of this.#pending) socket.destroy();
    for (const connection of this.#connections) connection.close();
    await this.entry.stop(this.#shared.holes);
  }

  /** Another address stops the proxy; equal values change nothing. A failed bind leaves it disabled with the new address. */
  async update(input: {
    readonly listen: string;
    readonly upstream: string;
    readonly enabled: boolean;
  }): Promise<void> {
    if (await this.differs(input)) {
      await this.stop();
      this.listen = input.listen;
      this.upstream = input.upstream;
    }
    if (input.enabled && !this.enabled) await this.start();
    else if (!input.enabled) await this.stop();
  }

  async differs(other: { readonly listen: string; readonly upstream: string }): Promise<boolean> {
    return addressText(await resolveListen(other.listen)) !== this.listen || other.upstream !== this.upstream;
  }

  /** Extension: RST on both sides of every open connection; returns how many. */
  resetConnections(): number {
    const open = [...this.#connections];
    for (const connection of open) connection.reset();
    return open.length;
  }

  /** Extension: whoever is at the far end of the open connections now knows nothing of them. */
  strayConnections(): void {
    for (const connection of [...this.#connections]) connection.stray();
  }

  toJson(): object {
    const { name, listen, upstream, enabled, twin } = this;
    // The empty Logger is in every answer of Toxiproxy 2.12.
    const stock = { name, listen, upstream, enabled, Logger: {}, toxics: this.chain.list().map(toxicJson) };
    if (!twin) return stock;
    return { ...stock, twin: { propagate_reset: twin.propagateReset, mirror_refused: twin.mirrorRefused } };
  }

  *#linksOf(direction: Direction): Iterable<Link> {
    for (const connection of this.#connections) yield connection.links[direction];
  }

  /** Toxiproxy dials in its accept loop: a dial that hangs holds up the clients behind it. With `twin` none waits. */
  #accept(client: Socket): void {
    this.#track(client);
    if (this.twin) void this.#dial(client);
    else this.#dialTurn = this.#dialTurn.then(() => this.#dial(client));
  }

  /** Settles when the upstream has answered; never rejects. */
  #dial(client: Socket): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!this.enabled || client.destroyed) {
      client.destroy();
      return Promise.resolve();
    }
    const server = this.#dialUpstream();
    this.#track(server);
    const onError = (error: NodeJS.ErrnoException): void => {
      const { mirrorRefused = false, propagateReset = false } = this.twin ?? {};
      const refused = mirrorRefused && error.code === 'ECONNREFUSED';
      const reset = propagateReset && error.code === 'ECONNRESET'; // accepted, and RST before we were told
      if (refused || reset) client.resetAndDestroy();
      else client.destroy();
    };
    server.once('error', onError);
    server.once('connect', () => {
      server.off('error', onError);
      this.#pending.delete(server);
      this.#join(client, server);
      resolve();
    });
    server.once('close', () => resolve());
    return promise;
  }

  #dialUpstream(): Socket {
    try {
      const { host, port } = splitAddress(this.upstream);
      return connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
    } catch {
      return connect({ host: '127.0.0.1', port: 0 }); // an address that cannot be read is refused like one that is not there
    }
  }

  #join(client: Socket, server: Socket): void {
    this.#pending.delete(client);
    const connection = new Connection({
      client,
      server,
      ordinal: ++this.#accepted,
      deadlines: this.#shared.deadlines,
      chains: this.chain.toxics,
      propagateReset: this.twin?.propagateReset ?? false,
      onGone: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    client.resume();
  }

  #track(socket: Socket): void {
    this.#pending.add(socket);
    socket.on('error', () => {}); // what it means is read from 'close'
    socket.once('close', () => this.#pending.delete(socket));
  }
}
