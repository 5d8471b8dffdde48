/** The end of a Go HTTP server (facts 3.2: Shutdown stops accepting, closes idle keep-alives, waits for active). */
import { expect, test } from 'vitest';
import { Connections } from '../../sim/behaviour/shutdown.ts';

const three = (): Connections<string> => {
  const connections = new Connections<string>();
  for (const one of ['new', 'active', 'idle']) connections.opened(one);
  connections.asked('active');
  connections.asked('idle');
  connections.answered('idle');
  return connections;
};
const answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' };

test('idle connections end at once; one with a request under way and a new one do not', () => {
  const connections = three();
  expect(connections.shutDown()).toEqual(['idle']);
  expect(connections.open).toBe(3);
});
test('a request under way is answered with Connection: close, and its connection ends', () => {
  const connections = three();
  expect(connections.answered('active')).toBe(true);
  expect(connections.leaving(answer)).toEqual(answer);
  connections.asked('active');
  connections.shutDown();
  expect(connections.leaving(answer).headers).toEqual({ 'content-type': 'text/plain', connection: 'close' });
  expect(connections.answered('active')).toBe(false);
});
test('only a connection that never sent a request is left for later', () => {
  const connections = three();
  connections.shutDown();
  expect(connections.neverUsed()).toEqual(['new']);
});
test('what has ended is not counted, and an answer to it brings nothing back', () => {
  const connections = three();
  for (const one of ['new', 'active', 'idle']) connections.ended(one);
  connections.answered('active');
  expect(connections.open).toBe(0);
});
