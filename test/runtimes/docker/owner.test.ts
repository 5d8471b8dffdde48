/** Whose run it is that left something, and whether he lives: judged only where it can be. */
import { expect, test } from 'vitest';
import { isDead, makeRun, OWNER_LABEL, type Owner } from '../../../sim/runtimes/docker/owner.ts';

const mine = makeRun().labels[OWNER_LABEL] ?? '';
const NOBODY = 2 ** 22 + 1;
test.each<[string, Partial<Owner>, boolean]>([
  ['this very process', {}, false],
  ['a process that is gone', { pid: NOBODY }, true],
  ['one that started at another instant', { startTicks: 1 }, true],
  ['this pid in an earlier boot of this machine', { boot: 'another' }, true],
  ['any pid in another namespace', { pid: NOBODY, pidNamespace: 'pid:[1]' }, false],
  ['any pid on another machine', { pid: NOBODY, machine: 'another', boot: 'another' }, false],
])('dead is not said lightly: %s', (_, change, dead) => {
  const owner = JSON.parse(mine) as Owner;
  expect(isDead(JSON.stringify({ ...owner, ...change }))).toBe(dead);
});
test.each([undefined, '', '{}', 'not ours'])('a label that nobody can read (%s) is nobody dead', (label) => {
  expect(isDead(label)).toBe(false);
});
