/**
 * Leaves a share of the connects to an address unanswered: those the kernel's rules would have sent to endpoints that
 * answer no SYN. A proxy that accepted them all could only hang, and a dialler would never see its own time-out.
 *
 * Several listeners share the port (SO_REUSEPORT), one for each endpoint: the kernel draws one for each connection, and
 * repeats of a SYN meet the same one. Those that stand for silent endpoints are black holes. Linux only.
 */
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { BlackHoles } from '../toxiproxy/black-hole.ts';
import { Entry } from '../toxiproxy/entry.ts';
import type { HostPort } from '../config.ts';

/** A black hole's queue is full with two connections; a filler may meet a hole that is full already. */
const QUEUE = 2;
const FILLERS_MAX = 200;

export class SilentShare {
  readonly #onClient: (client: Socket) => void;
  #holes: BlackHoles[] = [];
  #fillers: Socket[] = [];
  #others: Entry[] = [];

  constructor(onClient: (client: Socket) => void) {
    this.#onClient = onClient;
  }

  /** In force when it settles. While it is set up, for some milliseconds, no connect is answered. */
  async set(entry: Entry, silent: number, answering: number): Promise<void> {
    if (this.#holes.length === silent && this.#others.length === answering - 1) return;
    await this.clear();
    const { address } = entry;
    if (address === undefined) return;
    this.#holes = Array.from({ length: silent }, () => new BlackHoles());
    await Promise.all(this.#holes.map((hole) => hole.open([address])));
    entry.deafen();
    await this.#fill(address);
    this.#others = Array.from({ length: answering - 1 }, () => new Entry(this.#onClient));
    for (const other of this.#others) other.address = address;
    await Promise.all([entry, ...this.#others].map((one) => one.listenAgain()));
  }

  /** Every connect is answered again; one that is still waiting is, when its SYN is repeated. */
  async clear(): Promise<void> {
    for (const other of this.#others) other.deafen();
    for (const filler of this.#fillers) filler.destroy();
    await Promise.all(this.#holes.map((hole) => hole.closeAll()));
    [this.#holes, this.#fillers, this.#others] = [[], [], []];
  }

  async #fill(address: HostPort): Promise<void> {
    while (!(await queuesFull(address))) {
      if (this.#fillers.length >= FILLERS_MAX)
        throw new Error(`the queues of ${address.host}:${address.port} do not fill`);
      const filler = connect({ ...address });
      filler.on('error', () => {}); // RST when the hole closes
      filler.unref();
      this.#fillers.push(filler);
      await turn();
    }
  }
}

/** Linux shows a listener's queue as `rx_queue` of its line in /proc/net/tcp. */
async function queuesFull({ host, port }: HostPort): Promise<boolean> {
  const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
  const local = `${host
    .split('.')
    .toReversed()
    .map((byte) => hex(Number(byte), 2))
    .join('')}:${hex(port, 4)}`;
  const lines = (await readFile('/proc/net/tcp', 'latin1')).split('\n').map((line) => line.trim().split(/\s+/u));
  const queues = lines
    .filter((fields) => fields[1] === local && fields[3] === '0A')
    .map((fields) => Number.parseInt(fields[4]?.split(':')[1] ?? '0', 16));
  return queues.every((length) => length >= QUEUE);
}
