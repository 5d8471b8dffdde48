/** Documents of five megabytes that a parser may choke on: each is read soon, in little memory, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AWKWARD } from '../documents/awkward.ts';
import { ROOT, showsStack, temporaryFolder, twin } from './command.ts';

const MIB_MAX = 500;
/** Two seconds are promised on an idle machine, start-up included. CPU time is counted, and neighbours make that longer too. */
const CPU_MS_MAX = 6_000;

interface Cost {
  readonly cpuMs: number;
  readonly maxRssMiB: number;
}
test.each(Object.entries(AWKWARD))('%s', (_what, make) => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'book.md');
  writeFileSync(file, make());
  const { stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'test', 'documents', 'measured.ts'), file], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  const { cpuMs, maxRssMiB } = JSON.parse(stdout) as Cost;
  expect(maxRssMiB).toBeLessThan(MIB_MAX);
  expect(cpuMs).toBeLessThan(CPU_MS_MAX);
});

test('one of them on the command line says what was left out', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'book.md');
  writeFileSync(file, AWKWARD['one table']?.() ?? '');
  const { code, out, err } = await twin(['check', file, '--plan', '--json']);
  expect({ code, stack: showsStack(err) }).toEqual({ code: 0, stack: false });
  const { notes, rows } = JSON.parse(out) as { notes: string[]; rows: unknown[] };
  expect(rows.length).toBeGreaterThan(100);
  expect(notes.join()).toMatch(/it is too long: \d+ lines of tables were not read/);
});
