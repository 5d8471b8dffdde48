/**
 * The thread behind `black-hole.ts`. It blocks in `Atomics.wait` from the start and never lets its event loop turn, so
 * that nothing it listens on is ever accepted. Opening and closing a listener needs no turn of the loop: `listen` on an
 * IP address goes on by ticks and promises alone, and `close` closes the descriptor at once.
 */
import { createServer, type Server } from 'node:net';
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { addressText, type ListenAddress } from './listen-address.ts';

/** Answered by `null`, or by the message of an error. */
export interface BlackHoleOrder {
  readonly act: 'open' | 'close';
  readonly addresses: readonly ListenAddress[];
}

const { memory, orders } = workerData as { readonly memory: SharedArrayBuffer; readonly orders: MessagePort };
const bell = new Int32Array(memory);
const listeners = new Map<string, Server>();

/** Two connects are accepted by the kernel at this backlog, every further one gets no answer; 0 would mean 511 in Node. */
const BACKLOG = 1;

async function open(address: ListenAddress): Promise<void> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: address.host, port: address.port, backlog: BACKLOG, reusePort: true }, resolve);
  await promise;
  listeners.set(addressText(address), server);
}

function close(address: ListenAddress): void {
  listeners.get(addressText(address))?.close();
  listeners.delete(addressText(address));
}

async function obey({ act, addresses }: BlackHoleOrder): Promise<void> {
  try {
    for (const address of addresses)
      if (act === 'open') await open(address);
      else close(address);
    parentPort?.postMessage(null);
  } catch (error) {
    for (const address of addresses) close(address);
    parentPort?.postMessage(String(error));
  }
}

for (;;) {
  const rung = Atomics.load(bell, 0); // read first: an order that comes after it ends the wait at once
  const order: BlackHoleOrder | undefined = receiveMessageOnPort(orders)?.message;
  if (order) await obey(order);
  else Atomics.wait(bell, 0, rung);
}
