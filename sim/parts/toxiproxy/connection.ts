import type { Socket } from 'node:net';
import type { Deadlines } from './deadlines.ts';
import { Link } from './link.ts';
import type { Direction, End, Toxic } from './toxics/toxic.ts';

export interface ConnectionSetup {
  readonly client: Socket;
  readonly server: Socket;
  readonly ordinal: number;
  readonly deadlines: Deadlines;
  readonly chains: Readonly<Record<Direction, readonly Toxic[]>>;
  /** Extension: keep half-closed connections, and pass an RST on as an RST. */
  readonly propagateReset: boolean;
  readonly onGone: () => void;
}

/**
 * A client, the server it was connected to, and the link of each direction.
 *
 * Stock: the end of one side, by FIN or RST, closes the other fully once the chain has let it through; data still to come
 * the other way is lost (toxiproxy 2.12 link.go).
 */
export class Connection {
  readonly links: Readonly<Record<Direction, Link>>;
  readonly #setup: ConnectionSetup;
  /** Set when opened under a `reset_peer` toxic: Go sets SO_LINGER 0 there, so every close is an RST. */
  readonly #closesWithReset: boolean;
  /** A toxic or the API has closed a side: the other side's end is no FIN or RST of its own. */
  #cut = false;

  constructor(setup: ConnectionSetup) {
    const { client, server, chains } = setup;
    this.#setup = setup;
    this.#closesWithReset = [...chains.upstream, ...chains.downstream].some(
      (toxic) => toxic.definition.closesWithReset,
    );
    this.links = {
      upstream: this.#link('upstream', client, server),
      downstream: this.#link('downstream', server, client),
    };
    this.#follow(client, this.links.upstream, this.links.downstream);
    this.#follow(server, this.links.downstream, this.links.upstream);
  }

  /** Closes both sides now: FIN, or RST if data is unread. What the toxics hold is lost. */
  close(): void {
    this.#cut = true;
    for (const socket of [this.#setup.client, this.#setup.server]) this.#destroy(socket);
  }

  /** Both sides get an RST now. */
  reset(): void {
    this.#cut = true;
    this.#setup.client.resetAndDestroy();
    this.#setup.server.resetAndDestroy();
  }

  /** The client's next bytes are answered with RST; at once, where some are held on their way. */
  stray(): void {
    if (this.links.upstream.holds) return this.reset();
    this.#setup.client.prependOnceListener('data', () => this.reset());
  }

  #link(direction: Direction, source: Socket, dest: Socket): Link {
    const { ordinal, deadlines, chains } = this.#setup;
    const onEnd = (how: End): void => this.#finish(dest, how);
    return new Link({ direction, ordinal, source, dest, toxics: chains[direction], deadlines, onEnd });
  }

  #follow(socket: Socket, fromHere: Link, toHere: Link): void {
    let failed = false;
    socket.on('data', (data: Buffer) => fromHere.receive(data));
    socket.on('drain', toHere.relieve);
    socket.on('end', () => fromHere.sourceEnded('fin'));
    socket.on('error', () => (failed = true));
    socket.on('close', () => {
      fromHere.sourceEnded(this.#endOf(failed));
      if (this.#setup.client.destroyed && this.#setup.server.destroyed) this.#gone();
    });
  }

  #endOf(failed: boolean): End {
    if (this.#cut) return 'close';
    return this.#setup.propagateReset && failed ? 'reset' : 'fin';
  }

  /** The end of one direction has come through its chain to `dest`. */
  #finish(dest: Socket, how: End): void {
    if (dest.destroyed) return;
    if (how === 'reset') dest.resetAndDestroy();
    else if (how === 'fin' && this.#setup.propagateReset) dest.end();
    else {
      this.#cut = true;
      if (dest.writableLength > 0 && !this.#closesWithReset) dest.destroySoon();
      else this.#destroy(dest);
    }
  }

  #destroy(socket: Socket): void {
    if (this.#closesWithReset) socket.resetAndDestroy();
    else socket.destroy();
  }

  #gone(): void {
    this.links.upstream.kill();
    this.links.downstream.kill();
    this.#setup.onGone();
  }
}
