/** The line a second of `twin up`: redrawn in place on a terminal, kept where it is news; a log gets only news. */
import { expect, test } from 'vitest';
import { createStatusView } from '../../reports/status-view.ts';
import { FakeStream } from './stream.ts';

const stream = (isTTY: boolean): FakeStream => new FakeStream(isTTY, 100);

test('on a terminal a line replaces the last one, unless it is about something else', () => {
  const out = stream(true);
  const view = createStatusView(out);
  view.show(['a 1'], 'a');
  view.show(['a 2'], 'a');
  view.show(['b 1'], 'b');
  view.end();
  expect(out.text).toBe('\r\u001B[Ka 1\r\u001B[Ka 2\nb 1\n');
});
test('a line wider than the terminal is cut', () => {
  const out = stream(true);
  createStatusView(out).show(['x'.repeat(300)], 'a');
  expect(out.text.length).toBeLessThan(110);
});
test('a terminal that has no size is taken for a usual one', () => {
  const out = new FakeStream(true, 0);
  createStatusView(out).show(['ok 100 %', 'nodes 3/3'], 'a');
  expect(out.text).toBe('\r\u001B[Kok 100 %  nodes 3/3');
});
test('a log gets a line when it is news, and one a minute otherwise', () => {
  const out = stream(false);
  const view = createStatusView(out);
  for (let second = 0; second <= 60; second++) view.show([`a ${second}`], 'a');
  view.show(['b 61'], 'b');
  view.end();
  expect(out.text).toBe('a 0\na 60\nb 61\n');
});
test('pieces that do not fit beside what stands before them are left out whole, and that is shown', () => {
  const out = new FakeStream(true, 24);
  createStatusView(out).show(['ok 100 %', 'BROKEN redis', 'nodes 3/3', 'api 3/3'], 'a');
  expect(out.text).toBe('\r\u001B[Kok 100 %  BROKEN redis…');
});
