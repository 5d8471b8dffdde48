/** Who asks in a container may end: whoever waits for it is told, and the twin does not stand still. */
import { expect, test } from 'vitest';
import { startAsker, type Asker } from '../../../sim/runtimes/docker/prober.ts';
import { stubbedEngine, type StubbedEngine } from './engine-stub.ts';

const KILLED = { code: 137, reason: 'Error' } as const;
const GONE = {
  code: 'SIM_RUNTIME_UNAVAILABLE',
  message: 'who asks at node:a ended with 137: one | two',
};
const start = ({ engine }: StubbedEngine, isDown = false): Promise<Asker> =>
  startAsker(engine, { image: 'parts', place: 'node:a', sandbox: 'sandbox', isDown: () => isDown });
const ask = (asker: Asker) => asker.ask({ host: '10.64.1.2', port: 80 }, { ask: 'connect' }, 100);

test('one that ends before it is ready is told with its last lines', async () => {
  const stub = stubbedEngine(['one', 'two']);
  const starting = start(stub);
  stub.exited.resolve(KILLED);
  await expect(starting).rejects.toMatchObject(GONE);
});
test('one that ends later breaks the questions that wait, and every later one', async () => {
  const stub = stubbedEngine(['one', 'two']);
  const starting = start(stub);
  (await stub.hears)('{"ready":true}', 'stdout');
  const asker = await starting;
  const waits = ask(asker);
  stub.exited.resolve(KILLED);
  await expect(waits).rejects.toMatchObject(GONE);
  await expect(ask(asker)).rejects.toMatchObject(GONE);
});
test('one that ends because the twin goes down says nothing', async () => {
  const stub = stubbedEngine();
  const starting = start(stub, true);
  (await stub.hears)('{"ready":true}', 'stdout');
  const asker = await starting;
  const waits = ask(asker).then(
    () => 'told',
    () => 'told',
  );
  stub.exited.resolve(KILLED);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await Promise.race([waits, ask(asker), Promise.resolve('nothing')])).toBe('nothing');
});
