/** Our own bugs end every command with 70 and the words for them, never with 1 and never with a stack. */
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ROOT, showsStack, start, temporaryFolder, twin } from './command.ts';

const PLEASE = 'please send it. this says nothing about your cluster\n';
/** The first thing that a command prints throws. */
const BROKEN_OUTPUT = `process.stdout.write = () => { throw new TypeError('injected'); };`;
/** Looking into a folder throws: all that ask which twins run do that. */
const BROKEN_FOLDERS = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  fs.readdirSync = () => { throw new TypeError('injected'); };
  syncBuiltinESMExports();`;
/** A callback throws, out of reach of any command's own error handling. */
const BROKEN_CALLBACK = (delayMs: number): string =>
  `setTimeout(() => { throw new TypeError('injected'); }, ${delayMs});`;

describe.concurrent('twin: a bug of ours', () => {
  test.for([
    ['rehearse', ['rehearse', 'redis-down', '--runtime', 'model'], 'reports/'],
    ['list', ['list'], 'sim/cli/commands/list.ts'],
    ['explain', ['explain', 'redis-down'], 'sim/cli/commands/explain.ts'],
    ['doctor', ['doctor'], 'sim/cli/commands/doctor.ts'],
    ['doctor --leftovers', ['doctor', '--leftovers'], 'sim/cli/commands/doctor.ts'],
    ['help', ['help', 'exit'], 'sim/cli/commands/help.ts'],
    ['check', ['check', 'topology/honeydue.md', '--plan'], 'sim/cli/commands/check.ts'],
  ] as const)('inside %s exits 70 and names the place', async ([, args, place]) => {
    using folder = temporaryFolder();
    const line = args[0] === 'rehearse' ? [...args, '--out', folder.path] : args;
    const { code, err } = await twin(line, { before: BROKEN_OUTPUT });
    expect(err).toContain(`internal error in ${place}`);
    expect(err).toContain('injected');
    expect(err.endsWith(PLEASE)).toBe(true);
    expect({ code, stack: showsStack(err) }).toEqual({ code: 70, stack: false });
  });

  test.for([
    ['up'],
    ['status'],
    ['break', 'redis'],
    ['heal'],
    ['restart', 'redis'],
    ['curl', '/api/tasks/'],
    ['logs', 'api'],
    ['hint'],
    ['guess', 'redis'],
    ['down'],
  ])('inside %s exits 70', async (args) => {
    using folder = temporaryFolder();
    const { code, err } = await twin(args, { before: BROKEN_FOLDERS, env: { TMPDIR: folder.path } });
    expect(err).toContain('injected');
    expect(err.endsWith(PLEASE)).toBe(true);
    expect({ code, stack: showsStack(err) }).toEqual({ code: 70, stack: false });
  });

  test('inside init exits 70', async () => {
    using folder = temporaryFolder();
    const { code, err } = await twin(['init'], { before: BROKEN_OUTPUT, cwd: folder.path });
    expect(err).toContain('internal error in sim/cli/commands/init.ts');
    expect({ code, stack: showsStack(err) }).toEqual({ code: 70, stack: false });
  });

  test('inside report and compare exits 70 and names the place', async () => {
    using folder = temporaryFolder();
    await twin(['rehearse', 'redis-down', '--runtime', 'model', '--out', folder.path]);
    const { code, err } = await twin(['report', '--out', folder.path], { before: BROKEN_OUTPUT });
    expect(err).toContain('internal error in sim/cli/commands/report.ts');
    expect({ code, stack: showsStack(err) }).toEqual({ code: 70, stack: false });
    const run = join(folder.path, 'latest');
    const compared = await twin(['compare', run, run], { before: BROKEN_OUTPUT });
    expect(compared.err).toContain('internal error in sim/cli/commands/compare.ts');
    expect({ code: compared.code, stack: showsStack(compared.err) }).toEqual({ code: 70, stack: false });
  });

  test('in the middle of a rehearsal exits 70 and says where the run is kept', async () => {
    using folder = temporaryFolder();
    const { code, err } = await twin(['rehearse', 'redis-down', '--runtime', 'model', '--out', folder.path], {
      before: BROKEN_OUTPUT,
    });
    const kept = /^run kept in (.*): please send it\. this says nothing about your cluster$/m.exec(err)?.[1] ?? '';
    expect(existsSync(join(kept, 'journal.jsonl'))).toBe(true);
    expect(code).toBe(70);
  });

  test('in a callback that no command awaits exits 70', async () => {
    const { code, err } = await twin(['doctor'], { before: BROKEN_CALLBACK(400) });
    expect(err).toContain('injected');
    expect(err.endsWith(PLEASE)).toBe(true);
    expect({ code, stack: showsStack(err) }).toEqual({ code: 70, stack: false });
  });

  test('in a promise that nobody awaits exits 70', async () => {
    using folder = temporaryFolder();
    // Read by the command, so it breaks while the command runs.
    const scenario = join(folder.path, 'rejecting.ts');
    const original = pathToFileURL(join(ROOT, 'scenarios', 'redis-down.ts')).href;
    writeFileSync(
      scenario,
      `void Promise.reject(new TypeError('injected'));\nexport { default } from ${JSON.stringify(original)};`,
    );
    const { code, err } = await twin(['list'], { swaps: { 'scenarios/redis-down.ts': scenario } });
    expect(err).toContain('injected');
    expect({ code, stack: showsStack(err) }).toEqual({ code: 70, stack: false });
  });
});

describe.concurrent('twin: a reader that goes away', () => {
  test.for([[['list']], [['rehearse', 'redis-down', '--runtime', 'model']]] as const)(
    '%s ends as it would have: twin … | head -1 is no error',
    async ([args]) => {
      using folder = temporaryFolder();
      const child = start(args[0] === 'rehearse' ? [...args, '--out', folder.path] : args);
      child.stdout?.destroy();
      let err = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
      const [code] = (await once(child, 'close')) as [number | null];
      expect({ code, err }).toEqual({ code: 0, err: '' });
    },
  );
});
