/** Programs of a twin that comes up beside others start one after the other. */
import { expect, test } from 'vitest';
import { Turns } from '../../../sim/runtimes/embedded/turns.ts';

/** A program that runs when it is told. */
function program(log: string[], name: string) {
  const running = Promise.withResolvers<void>();
  const start = (): Promise<string> => Promise.resolve(log.push(name)).then(() => name);
  return { start, running };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never = (): boolean => false;

test('the next one starts when the one before runs, and is given what it started', async () => {
  const [turns, log] = [new Turns(true, never), [] as string[]];
  const [a, b] = [program(log, 'a'), program(log, 'b')];
  const first = turns.take('worker', a.start, () => a.running.promise);
  const second = turns.take('worker', b.start, () => b.running.promise);
  expect([await first, log]).toEqual(['a', ['a']]);
  await settled();
  expect(log).toEqual(['a']);
  a.running.resolve();
  expect([await second, log]).toEqual(['b', ['a', 'b']]);
});
test('who waits for another one does not hold it up for ever', async () => {
  const turns = new Turns(true, never);
  const [api, database] = [program([], 'api'), program([], 'database')];
  void turns.take('api', api.start, () => api.running.promise);
  expect(await turns.take('postgres', database.start, () => database.running.promise)).toBe('database');
});
test.each([
  ['one after the other', true, 'worker'],
  ['in waves, of the first', false, 'postgres'],
])('%s: one that fails to start holds nobody up', async (_how, isGentle, role) => {
  const turns = new Turns(isGentle, never);
  const broken = turns.take(
    role,
    () => Promise.reject(new Error('no such program')),
    () => Promise.resolve(),
  );
  const next = turns.take('worker', program([], 'next').start, () => Promise.resolve());
  await expect(broken).rejects.toThrow('no such program');
  expect(await next).toBe('next');
});
test.each([
  ['not gentle, of one wave', new Turns(false, never)],
  ['once users are there', new Turns(true, never)],
])('%s: everything starts at once', async (name, turns) => {
  if (name === 'once users are there') turns.over();
  const log: string[] = [];
  const all = ['a', 'b', 'c'].map((one) =>
    turns.take('worker', program(log, one).start, () => new Promise(() => undefined)),
  );
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
});
test('who is waited for comes first, then who waits for him, and all others once these run', async () => {
  const [turns, log] = [new Turns(false, never), [] as string[]];
  const roles = ['worker', 'ingress', 'resolver', 'postgres', 'api'];
  const all = roles.map((role) => ({ role, ...program(log, role) }));
  for (const { role, start, running } of all) void turns.take(role, start, () => running.promise);
  const run = async (...names: string[]): Promise<void> => {
    for (const { role, running } of all) if (names.includes(role)) running.resolve();
    await settled();
  };
  await run();
  expect(log).toEqual(['resolver', 'postgres']);
  await run('resolver', 'postgres');
  expect(log.slice(2)).toEqual(['api']);
  await run('api');
  expect(log.slice(3)).toEqual(['worker', 'ingress']);
});
test('nothing starts any more in a twin that has gone down', async () => {
  let isDown = false;
  const [turns, log] = [new Turns(true, () => isDown), [] as string[]];
  const [a, b] = [program(log, 'a'), program(log, 'b')];
  void turns.take('worker', a.start, () => a.running.promise);
  void turns.take('worker', b.start, () => b.running.promise);
  await settled();
  isDown = true;
  a.running.resolve();
  await settled();
  expect(log).toEqual(['a']);
});
