/** Signals to a command: the first ends it in order, its echo does not cut that short, a later one does not wait. */
import { EventEmitter, once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { interruption, SAME_PRESS_MS, type Signalled } from '../../sim/cli/interruption.ts';
import { standStill } from '../stand-still.ts';

function fakeProcess() {
  const exits: number[] = [];
  return { exits, emitter: Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) }) };
}
function fake() {
  const { exits, emitter } = fakeProcess();
  const waits: { readonly ms: number; readonly act: () => void }[] = [];
  const stop = interruption(emitter as Signalled, (ms, act) => waits.push({ ms, act }));
  const pass = (): void => {
    expect(waits.map(({ ms }) => ms)).toEqual([SAME_PRESS_MS]);
    waits[0]?.act();
  };
  return { exits, stop, emitter, pass };
}

test('one press of Ctrl-C that npm forwards once more is one', () => {
  const { exits, stop, emitter } = fake();
  emitter.emit('SIGINT');
  emitter.emit('SIGINT');
  emitter.emit('SIGTERM');
  expect({ exits, aborted: stop.signal.aborted, reason: stop.reason }).toEqual({
    exits: [],
    aborted: true,
    reason: 'Ctrl-C',
  });
});
test('a second press does not wait', () => {
  const { exits, emitter, pass } = fake();
  emitter.emit('SIGTERM');
  pass();
  emitter.emit('SIGINT');
  expect(exits).toEqual([130]);
});
test('a press while the process is about to end, after all was cleaned up, ends it with 130 too', () => {
  const { exits, stop, emitter, pass } = fake();
  emitter.emit('SIGINT');
  stop[Symbol.dispose]();
  pass();
  emitter.emit('SIGINT');
  expect(exits).toEqual([130]);
});
test('what came while the process itself stood still is the same press', async () => {
  const { emitter, exits } = fakeProcess();
  using _ = interruption(emitter as Signalled);
  // Read where signals are: when the loop looks at what the kernel holds.
  const { port1, port2 } = new MessageChannel();
  const second = once(port2, 'message');
  port2.on('message', () => emitter.emit('SIGINT'));
  // From here on timers that are due come first.
  await new Promise((resolve) => setImmediate(resolve));
  emitter.emit('SIGINT');
  port1.postMessage('again');
  standStill(2 * SAME_PRESS_MS);
  await second;
  expect(exits).toEqual([]);
  port1.close();
});
test('when it is disposed nobody listens any more', () => {
  const { stop, emitter } = fake();
  stop[Symbol.dispose]();
  expect(emitter.eventNames()).toEqual([]);
});
