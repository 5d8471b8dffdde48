import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { bindError, type ListenAddress } from './listen-address.ts';
import type { BlackHoles } from './black-hole.ts';

/** `open`: connects are accepted. `refuse`: they get RST. `drop`: they get no answer. */
export type EntryState = 'open' | 'refuse' | 'drop';

/** Two listeners on one port, which the change to `drop` needs, exist on Linux only (SO_REUSEPORT). */
const SHARES_PORTS = process.platform === 'linux';

/** The listening side of one proxy: the address clients dial, and what happens to those who do. */
export class Entry {
  state: EntryState = 'open';
  /** The bound address while the proxy is enabled. */
  address: ListenAddress | undefined;
  readonly #onClient: (client: Socket) => void;
  #live: Server | undefined;

  constructor(onClient: (client: Socket) => void) {
    this.#onClient = onClient;
  }

  /**
   * Binds and accepts. Toxiproxy's listener is alone on its port, while ours could share it with a stranger's: so the
   * port is first bound alone, which fails where anyone listens.
   *
   * @returns the bound address: port 0 has become a real port, all addresses have become `::`
   * @throws  Error with Go's message for a failed bind
   */
  async start(address: ListenAddress): Promise<ListenAddress> {
    const wildcard = address.host === '' || address.host === '0.0.0.0';
    const wanted = { host: wildcard ? '::' : address.host, port: address.port };
    try {
      const probe = await this.#listen(wanted, false);
      const port = portOf(probe);
      if (SHARES_PORTS) {
        probe.close();
        this.#live = await this.#listen({ host: wanted.host, port }, true);
      } else this.#live = probe;
      this.address = { host: wanted.host, port };
      return this.address;
    } catch (error) {
      throw bindError(address, error);
    }
  }

  /** Accepts again at the address of before. */
  async listenAgain(): Promise<void> {
    if (!this.address || this.#live) return;
    this.#live = await this.#listen(this.address, SHARES_PORTS);
  }

  /** Closes the live listener: open connections live on. */
  deafen(): void {
    this.#live?.close();
    this.#live = undefined;
  }

  /** Frees the address. */
  async stop(holes: BlackHoles): Promise<void> {
    this.deafen();
    if (this.address) await holes.close([this.address]);
    this.address = undefined;
  }

  async #listen({ host, port }: ListenAddress, reusePort: boolean): Promise<Server> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, this.#onClient);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen({ host, port, reusePort }, resolve);
    await promise;
    return server;
  }
}

/**
 * Puts entries into new states; when it returns every one is in force: a connect begun afterwards meets the new state.
 *
 * To `drop`: the black hole listens before the live listener closes, so that no connect is refused on the way. A connect
 * begun while this runs may end in the black hole's queue: connected, then silent, and RST when the entry opens again; or,
 * in the microseconds between the last accept and the close, in the live listener's queue: RST.
 * To `open`: the live listener opens before the black hole closes. A connect begun under `drop` is answered when the
 * client's kernel repeats its SYN, 1 s, 3 s, 7 s … after the first.
 */
export async function setEntries(changes: ReadonlyMap<Entry, EntryState>, holes: BlackHoles): Promise<void> {
  const toDrop: Entry[] = [];
  const noLonger: ListenAddress[] = [];
  for (const [entry, state] of changes) {
    const before = entry.state;
    entry.state = state;
    if (!entry.address) continue;
    if (state === 'open') await entry.listenAgain();
    if (state === 'refuse') entry.deafen();
    if (state === 'drop' && before !== 'drop') toDrop.push(entry);
    if (state !== 'drop' && before === 'drop') noLonger.push(entry.address);
  }
  await holes.close(noLonger);
  await dropAll(toDrop, holes);
}

async function dropAll(entries: readonly Entry[], holes: BlackHoles): Promise<void> {
  const addresses = entries.flatMap((entry) => entry.address ?? []);
  if (addresses.length === 0) return;
  await holes.open(addresses);
  await turn(); // clients already in a live queue are accepted first: closing would reset them
  for (const entry of entries) entry.deafen();
  await holes.fill(addresses);
}

function portOf(server: Server): number {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('a TCP listener without a port');
  return bound.port;
}
