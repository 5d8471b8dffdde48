/** Signals to a command: the first ends it in order, its echo does not cut that short, a later one does not wait. */
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { interruption, SAME_PRESS_MS, type Signalled } from '../../sim/cli/interruption.ts';

function fake() {
  const exits: number[] = [];
  const emitter = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  let nowMs = 1_000;
  const stop = interruption(emitter as Signalled, () => nowMs);
  return { exits, stop, emitter, pass: (ms: number) => void (nowMs += ms) };
}

test('one press of Ctrl-C that npm forwards once more is one', () => {
  const { exits, stop, emitter, pass } = fake();
  emitter.emit('SIGINT');
  pass(SAME_PRESS_MS);
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
  pass(SAME_PRESS_MS + 1);
  emitter.emit('SIGINT');
  expect(exits).toEqual([130]);
});
test('a press while the process is about to end, after all was cleaned up, ends it with 130 too', () => {
  const { exits, stop, emitter, pass } = fake();
  emitter.emit('SIGINT');
  stop[Symbol.dispose]();
  pass(SAME_PRESS_MS + 1);
  emitter.emit('SIGINT');
  expect(exits).toEqual([130]);
});
test('when it is disposed nobody listens any more', () => {
  const { stop, emitter } = fake();
  stop[Symbol.dispose]();
  expect(emitter.eventNames()).toEqual([]);
});
