/** Who gives up what he wanted takes nothing from the others. */
import { describe, expect, test } from 'vitest';
import { failing } from '../../sim/behaviour/failing.ts';
import { inForce, onWhileWanted } from '../../sim/behaviour/in-force.ts';
import { suspending } from '../../sim/behaviour/suspending.ts';

const end = (one: AsyncDisposable): PromiseLike<void> => one[Symbol.asyncDispose]();

describe('in force', () => {
  test('off again when the last has given up, and never twice', async () => {
    const heard: string[] = [];
    const begin = onWhileWanted(
      () => Promise.resolve(void heard.push('on')),
      () => Promise.resolve(void heard.push('off')),
    );
    const [first, second] = [await begin(), await begin()];
    await end(first);
    await end(first);
    expect(heard).toEqual(['on']);
    await end(second);
    expect(heard).toEqual(['on', 'off']);
    await end(await begin());
    expect(heard).toEqual(['on', 'off', 'on', 'off']);
  });
  test('what could not be put in force was never wanted', async () => {
    const all: (readonly string[])[] = [];
    const begin = inForce<string>((wanted) => {
      all.push(wanted);
      return wanted.includes('bad') ? Promise.reject(new Error('no')) : Promise.resolve();
    });
    await begin('good');
    await expect(begin('bad')).rejects.toThrow('no');
    await begin('better');
    expect(all.at(-1)).toEqual(['good', 'better']);
  });
  test('of two errors the one asked for last is answered, and the other when that has healed', async () => {
    const told: object[] = [];
    const answerWith = failing('resolver', (table) => Promise.resolve(void told.push(table)));
    const [first, second] = [await answerWith('SERVFAIL'), await answerWith('REFUSED')];
    await end(second);
    await end(first);
    expect(told).toEqual([{ error: 'SERVFAIL' }, { error: 'REFUSED' }, { error: 'SERVFAIL' }, {}]);
  });
  test('a database that two have suspended is awake when both have healed', async () => {
    const told: (number | undefined)[] = [];
    const suspend = suspending('postgres', (wakeMs) => Promise.resolve(void told.push(wakeMs)));
    const [first, second] = [await suspend(500), await suspend(2_000)];
    await end(first);
    expect(told).toEqual([500, 2_000]);
    await end(second);
    expect(told).toEqual([500, 2_000, undefined]);
  });
});
