/** Who asks may stand still himself: what came meanwhile was there in time. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, openConversation } from '../../sim/runtimes/ask.ts';
import { standStill } from '../stand-still.ts';

/** A thread of its own, which goes on while this one stands still: to any bytes it says PONG, of any name, a moment later, that there is none. */
const SERVER = `
  const { createServer } = require('node:net');
  const { createSocket } = require('node:dgram');
  const { parentPort, workerData: answers } = require('node:worker_threads');
  const answered = () => {
    Atomics.add(answers, 0, 1);
    Atomics.notify(answers, 0);
  };
  const tcp = createServer((socket) => {
    socket.on('error', () => undefined).on('data', () => socket.write('+PONG\\r\\n', answered));
  });
  const udp = createSocket('udp4').on('message', (bytes, { port, address }) => {
    bytes[2] |= 0x80;
    bytes[3] = 3;
    setTimeout(() => udp.send(bytes, port, address, answered), 20);
  });
  udp.bind(0, '127.0.0.1', () =>
    tcp.listen(0, '127.0.0.1', () => parentPort.postMessage({ tcp: tcp.address().port, udp: udp.address().port })),
  );
`;
/** How many answers were written. */
const answers = new Int32Array(new SharedArrayBuffer(4));
const worker = new Worker(SERVER, { eval: true, workerData: answers });
let ports: { readonly tcp: number; readonly udp: number };
beforeAll(async () => {
  [ports] = (await once(worker, 'message')) as [typeof ports];
});
afterAll(() => worker.terminate());

const PATIENCE_MS = 200;
const LONGER_MS = 2 * PATIENCE_MS;
/** Until so many answers were written, and for longer than anybody has patience. */
function standStillUntil(count: number): void {
  while (Atomics.load(answers, 0) < count) Atomics.wait(answers, 0, count - 1);
  standStill(LONGER_MS);
}

test('a connection that stood in time is no silence', async () => {
  const asked = ask({ host: '127.0.0.1', port: ports.tcp }, { ask: 'connect' }, PATIENCE_MS);
  standStill(LONGER_MS);
  expect((await asked).saw).toBe('answer');
});
test('an answer that lay there in time is no silence', async () => {
  await using conversation = await openConversation({ host: '127.0.0.1', port: ports.tcp }, 'tcp');
  const before = Atomics.load(answers, 0);
  const asked = conversation.ask({ ask: 'ping' }, PATIENCE_MS);
  standStillUntil(before + 1);
  expect(await asked).toMatchObject({ saw: 'answer', detail: 'PONG' });
});
test('a datagram that lay there in time is no silence', async () => {
  const before = Atomics.load(answers, 0);
  const asked = ask({ host: '127.0.0.1', port: ports.udp }, { ask: 'name', name: 'nobody.test' }, PATIENCE_MS);
  // It is sent before any timer runs.
  await new Promise((resolve) => setImmediate(resolve));
  standStillUntil(before + 1);
  expect((await asked).saw).toBe('no-such-name');
});
