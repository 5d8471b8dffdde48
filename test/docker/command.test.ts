import { expect, test } from 'vitest';
import { command } from './command.ts';

const node = (script: string, limitMs?: number) => () =>
  command(process.execPath, ['-e', script], { quiet: true, ...(limitMs ? { limitMs } : {}) });

test('command: what never ends is killed, and what it said last is told', () => {
  expect(node('console.log("step 3"); setInterval(() => {}, 1e9)', 1000)).toThrow(/had not ended after 1 s\nstep 3$/);
});

test('command: what fails tells its last twenty lines', () => {
  const script = 'for (let i = 1; i <= 30; i++) console.log(`line ${i}`); console.error("so"); process.exit(3)';
  expect(node(script)).toThrow(/exited 3\nline 11\n[^]*\nline 30\nso$/);
});

test('command: what works gives its output', () => {
  expect(node('console.log("done")')()).toBe('done\n');
});
