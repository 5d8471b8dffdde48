/**
 * Addresses where a connect gets no answer, without firewall rules: listeners in a thread that never accepts, whose
 * queues are filled. Linux only: elsewhere two listeners cannot share a port.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { BlackHoleOrder } from './black-hole-worker.ts';
import { addressText, type ListenAddress } from './listen-address.ts';
import { siblingUrl } from '../sibling-url.ts';

/** What the kernel accepts into a queue of backlog 1 before it leaves a SYN unanswered. */
const FILLERS = 2;
/** Loopback connects are answered within microseconds; past this the kernel's table is not what we take it for. */
const FULL_WITHIN_MS = 2000;

/** All black holes of one proxy server. Calls must not overlap: the server makes them one after the other. */
export class BlackHoles {
  readonly #bell = new Int32Array(new SharedArrayBuffer(4));
  readonly #orders = new MessageChannel();
  readonly #fillers = new Map<string, Socket[]>();
  #worker: Worker | undefined;

  /** Starts the thread ahead of need: then a change takes a few milliseconds. */
  warm(): void {
    if (this.#worker) return;
    this.#worker = new Worker(siblingUrl(import.meta.url, 'black-hole-worker'), {
      workerData: { memory: this.#bell.buffer, orders: this.#orders.port2 },
      transferList: [this.#orders.port2],
    });
    this.#worker.unref();
    this.#orders.port1.unref();
  }

  /** Listens on all of these and accepts nothing; `fill` makes them silent. */
  async open(addresses: readonly ListenAddress[]): Promise<void> {
    await this.#order({ act: 'open', addresses });
    for (const address of addresses) this.#fillers.set(addressText(address), []);
  }

  /**
   * Fills the queues, and returns once they are full: from then on every connect stays unanswered. A client that connects
   * between `open` and here takes a filler's place: it is connected, and hears nothing.
   */
  async fill(addresses: readonly ListenAddress[]): Promise<void> {
    for (const address of addresses) {
      const fillers = this.#fillers.get(addressText(address)) ?? [];
      for (let count = 0; count < FILLERS; count++) fillers.push(filler(address));
    }
    const deadlineMs = performance.now() + FULL_WITHIN_MS;
    for (;;) {
      await turn();
      const open = addresses.filter((address) =>
        this.#fillers.get(addressText(address))?.some((one) => one.connecting),
      );
      // A filler that does not get through has found the queue full of clients: the kernel can tell, at a price.
      if (open.length === 0 || (await allFull(open))) return;
      if (performance.now() > deadlineMs)
        throw new Error(`the queue of ${open.map(addressText).join(', ')} does not fill`);
    }
  }

  /** Closes those of the addresses that are black holes: what their queues hold gets RST. */
  async close(addresses: readonly ListenAddress[]): Promise<void> {
    const holes = addresses.filter((address) => this.#fillers.has(addressText(address)));
    if (holes.length === 0) return;
    await this.#order({ act: 'close', addresses: holes });
    for (const address of holes) {
      for (const socket of this.#fillers.get(addressText(address)) ?? []) socket.destroy();
      this.#fillers.delete(addressText(address));
    }
  }

  /** Ends the thread and frees every address. */
  async closeAll(): Promise<void> {
    for (const socket of [...this.#fillers.values()].flat()) socket.destroy();
    this.#fillers.clear();
    this.#orders.port1.close();
    await this.#worker?.terminate();
  }

  async #order(order: BlackHoleOrder): Promise<void> {
    this.warm();
    const worker = this.#worker as Worker;
    worker.ref();
    const answer = once(worker, 'message') as Promise<[string | null]>;
    this.#orders.port1.postMessage(order);
    Atomics.add(this.#bell, 0, 1);
    Atomics.notify(this.#bell, 0);
    const [problem] = await answer;
    worker.unref();
    if (problem !== null) throw new Error(problem);
  }
}

function filler({ host, port }: ListenAddress): Socket {
  const socket = connect({ host, port });
  socket.on('error', () => {}); // RST when the hole closes
  socket.unref();
  return socket;
}

/** Linux shows a listener's queue as `rx_queue` of its line in /proc/net/tcp; it is full when longer than the backlog. */
async function allFull(addresses: readonly ListenAddress[]): Promise<boolean> {
  const paths = ['/proc/net/tcp', '/proc/net/tcp6'];
  const tables = await Promise.all(paths.map((path) => readFile(path, 'latin1').catch(() => '')));
  const queues = new Map<string, number>();
  for (const line of tables.join('\n').split('\n')) {
    const [, local, , state, queue] = line.trim().split(/\s+/u);
    if (state === '0A' && local && queue) queues.set(local, Number.parseInt(queue.split(':')[1] ?? '0', 16));
  }
  return addresses.every((address) => (queues.get(kernelText(address)) ?? 0) >= FILLERS);
}

/** `127.0.0.1:8080` as the kernel prints it: bytes of each 32-bit word reversed (little-endian machines), in hex. */
function kernelText({ host, port }: ListenAddress): string {
  const portText = port.toString(16).toUpperCase().padStart(4, '0');
  if (host.includes('.')) return `${host.split('.').toReversed().map(hexByte).join('')}:${portText}`;
  if (host === '::') return `${'0'.repeat(32)}:${portText}`;
  if (host === '::1') return `${'0'.repeat(24)}01000000:${portText}`;
  throw new Error(`no black hole on ${host}: only IPv4 addresses, ::1 and ::`);
}

const hexByte = (text: string): string => Number(text).toString(16).toUpperCase().padStart(2, '0');
