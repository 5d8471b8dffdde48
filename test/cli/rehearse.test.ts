/** What `twin rehearse` prints, writes and exits with, on the model, where the same seed gives the same bytes. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { summarySchema } from '../../reports/summary-schema.ts';
import { findProgram } from '../../sim/runtimes/embedded/processes.ts';
import { NOBODY_WRITES, ROOT, showsStack, temporaryFolder, twin, type StartOptions } from './command.ts';

const onModel = (folder: string, args: readonly string[] = [], options: StartOptions = {}) =>
  twin(
    ['rehearse', '--runtime', 'model', '--out', join(folder, 'out'), '--expected', join(folder, 'e.yaml'), ...args],
    options,
  );

/** Some scenarios stand for all where what is said of them is not the point. */
const SOME = ['redis-down', 'latency-budget'];

describe.concurrent('rehearse: what it prints and writes', () => {
  test('--json prints exactly one valid summary on standard output, also where GitHub reads annotations', async () => {
    using folder = temporaryFolder();
    await onModel(folder.path, [...SOME, '--update-expected']);
    const file = join(folder.path, 'e.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('book: right', 'book: WRONG'));
    const { code, out, err } = await onModel(folder.path, [...SOME, '--json'], { env: { GITHUB_ACTIONS: 'true' } });
    const summary = summarySchema.parse(JSON.parse(out));
    expect(summary).toMatchObject({ runtime: 'model', seed: 7, ended: 'complete' });
    expect(summary.totals.changed).toBeGreaterThan(0);
    expect(err).toMatch(/^::error .*CHANGED/m);
    expect(code).toBe(summary.exitCode);
  });

  test('a run leaves its five pages and its journal in --out, and latest points to it', async () => {
    using folder = temporaryFolder();
    const { out } = await onModel(folder.path, SOME);
    const [run = '', ...others] = readdirSync(join(folder.path, 'out')).filter((name) => name !== 'latest');
    expect(others).toEqual([]);
    expect(readlinkSync(join(folder.path, 'out', 'latest'))).toBe(run);
    expect(readdirSync(join(folder.path, 'out', run)).toSorted()).toEqual([
      'corrected.md',
      'index.html',
      'journal.jsonl',
      'junit.xml',
      'summary.json',
      'summary.md',
    ]);
    expect(out).toContain(`report ${join(folder.path, 'out', 'latest', 'index.html')}`);
  });

  test('where another run that began later has ended before, its own page is named, not latest', async () => {
    using folder = temporaryFolder();
    const later = join(folder.path, 'out', 'later');
    mkdirSync(later, { recursive: true });
    writeFileSync(join(later, 'summary.json'), JSON.stringify({ startedAt: '2999-01-01T00:00:00.000Z' }));
    symlinkSync('later', join(folder.path, 'out', 'latest'));
    const { out } = await onModel(folder.path, SOME);
    const own = readdirSync(join(folder.path, 'out')).find((name) => name !== 'latest' && name !== 'later') ?? '';
    expect(out).toContain(`report ${join(folder.path, 'out', own, 'index.html')}`);
  });

  test('a scenario that is named twice is played once', async () => {
    using folder = temporaryFolder();
    const { out } = await onModel(folder.path, ['admin-ssr', 'admin-ssr', '--json']);
    const { scenarios, command } = summarySchema.parse(JSON.parse(out));
    expect(scenarios.map((one) => one.plays.map((play) => play.play))).toEqual([
      ['admin-ssr/internal-url', 'admin-ssr/public-url'],
    ]);
    expect(command).toMatch(/^npx twin rehearse admin-ssr --runtime/);
  });

  test.for(['--placebo', '--sabotage'])('%s proves nothing and exits 0', async (control) => {
    using folder = temporaryFolder();
    const { code, out } = await onModel(folder.path, [...SOME, control, '--json']);
    const { scenarios, totals, command } = summarySchema.parse(JSON.parse(out));
    expect(command).toContain(` ${control}`);
    const statements = scenarios.flatMap((one) => one.statements);
    expect(statements.length).toBeGreaterThan(0);
    expect(totals).toMatchObject({ right: 0, wrong: 0, notProven: statements.length });
    expect(code).toBe(0);
  });

  test('a scenario is a script: node scenarios/redis-down.ts does what rehearse does', () => {
    using folder = temporaryFolder();
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(ROOT, 'scenarios', 'redis-down.ts'), '--runtime', 'model', '--json', '--out', folder.path],
      { encoding: 'utf8', maxBuffer: 1e8, env: { ...process.env, CI: '' } },
    );
    const summary = summarySchema.parse(JSON.parse(stdout));
    expect(summary.scenarios.map((one) => one.id)).toEqual(['redis-down']);
    expect(status).toBe(summary.exitCode);
  });
});

interface OnFile {
  [topology: string]: { [runtime: string]: { [api: string]: Record<string, { book: string; because?: string }> } };
}
const entriesIn = (file: string) =>
  (parse(readFileSync(file, 'utf8')) as OnFile)['honeydue']?.['model']?.['reference'] ?? {};

describe.concurrent('rehearse: expectations', () => {
  test('--update-expected writes them and exits 0; the same run is then "same" and exits 0', async () => {
    using folder = temporaryFolder();
    const first = await onModel(folder.path, [...SOME, '--update-expected']);
    const file = join(folder.path, 'e.yaml');
    expect(first.code).toBe(0);
    expect(first.err).toContain(`wrote ${file}: review and commit it like a snapshot`);
    expect(Object.keys(entriesIn(file))).toContain('redis-down/hung/sees');
    const second = await onModel(folder.path, [...SOME, '--json'], { env: { CI: 'true' } });
    const { scenarios, totals } = summarySchema.parse(JSON.parse(second.out));
    const kinds = scenarios.flatMap((one) => one.statements.map((s) => s.since.kind));
    expect([...new Set(kinds)]).toEqual(['same']);
    expect({ code: second.code, ...totals }).toMatchObject({ code: 0, changed: 0, fresh: 0 });
  });

  test('what is accepted is told with the exit code that the command has, whatever is not proven', async () => {
    using folder = temporaryFolder();
    const first = await onModel(folder.path, ['postgres-down', '--update-expected']);
    expect(first.out.replaceAll('\n', ' ')).toMatch(/[1-9]\d* not proven\. .*\(exit 0\)/);
    expect(first.code).toBe(0);
  });

  test('an entry that was edited is CHANGED and exits 1, with what it was and the file to look at', async () => {
    using folder = temporaryFolder();
    await onModel(folder.path, [...SOME, '--update-expected']);
    const file = join(folder.path, 'e.yaml');
    const all = parse(readFileSync(file, 'utf8')) as OnFile;
    const entry = all['honeydue']?.['model']?.['reference']?.['redis-down/hung/sees'];
    expect(entry?.book).toBe('WRONG');
    if (entry !== undefined) entry.book = 'right';
    writeFileSync(file, stringify(all));
    const { code, out } = await onModel(folder.path, SOME);
    expect(out).toContain('CHANGED, was right');
    expect(code).toBe(1);
  });

  test('what nobody accepted yet is new: exit 0 at a desk, 1 when CI is set', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'e.yaml'), '');
    expect((await onModel(folder.path, ['redis-down'])).code).toBe(0);
    const inCi = await onModel(folder.path, ['redis-down', '--json'], { env: { CI: '1' } });
    expect(summarySchema.parse(JSON.parse(inCi.out)).totals.fresh).toBeGreaterThan(0);
    expect(inCi.code).toBe(1);
  });

  test('what is not proven and has no reason on file exits 2, also at a desk', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'e.yaml'), '');
    expect((await onModel(folder.path, ['latency-budget'])).code).toBe(2);
  });

  test.for([
    ['no YAML', 'honeydue: [', 'not YAML'],
    ['an unknown word', 'honeydue: { model: { reference: { a/b: { book: maybe, pain: low, saw: x } } } }', 'book'],
  ] as const)('a broken file (%s) exits 4 before anything is played', async ([, text, words]) => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'e.yaml'), text);
    const { code, err } = await onModel(folder.path);
    expect(err).toContain(`${join(folder.path, 'e.yaml')}:`);
    expect(err).toContain(words);
    expect(showsStack(err)).toBe(false);
    expect(code).toBe(4);
    expect(existsSync(join(folder.path, 'out'))).toBe(false);
  });

  test('a folder in the place of the file exits 4', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'e.yaml'));
    const { code, err } = await onModel(folder.path);
    expect(err).toContain('e.yaml can not be read: EISDIR');
    expect(code).toBe(4);
  });

  test('a file that can not be written exits 5, and the run itself is stored', async () => {
    using folder = temporaryFolder();
    const { code, err } = await onModel(folder.path, [
      ...SOME,
      '--update-expected',
      '--expected',
      join(folder.path, 'missing', 'e.yaml'),
    ]);
    expect(err).toContain('missing/e.yaml can not be written');
    expect(code).toBe(5);
    expect(existsSync(join(folder.path, 'out', 'latest', 'index.html'))).toBe(true);
  });
});

describe.concurrent('rehearse: what the machine refuses', () => {
  test('a missing Redis with --no-fetch exits 5 and says what to type; no run is begun', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'bin'));
    // In a closed folder root starts Postgres by means of setpriv.
    for (const program of ['sh', 'setpriv']) {
      const found = findProgram(program);
      if (found !== undefined) symlinkSync(found, join(folder.path, 'bin', program));
    }
    const { code, err } = await twin(['rehearse', '--no-fetch', '--out', join(folder.path, 'out')], {
      env: { PATH: join(folder.path, 'bin'), TWIN_CACHE: join(folder.path, 'cache') },
    });
    expect(err).toContain('no redis-server on the path, and fetching it is forbidden by --no-fetch');
    expect(err).toContain('apt-get install redis-server');
    expect(err).toContain('docker run');
    expect({ code, stack: showsStack(err) }).toEqual({ code: 5, stack: false });
    expect(readdirSync(folder.path)).toEqual(['bin']);
  });

  test('reports that can not be written exit 5, named, before anything is started', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'out'), 'a file of the user');
    const { code, out, err } = await onModel(folder.path);
    expect(err).toContain(`${join(folder.path, 'out')}/`);
    expect(err).toContain('can not be written');
    expect({ code, out, stack: showsStack(err) }).toEqual({ code: 5, out: '', stack: false });
    expect(readFileSync(join(folder.path, 'out'), 'utf8')).toBe('a file of the user');
  });

  test('a folder for reports that this user may only read exits 5, with what to do, before anything is started', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    const out = join(folder.path, 'out');
    mkdirSync(out, { mode: 0o555 });
    const ended = await onModel(folder.path, [], { before: NOBODY_WRITES });
    expect(ended.err).toMatch(/^\S+\/out\/\S+\/journal\.jsonl can not be written: EACCES/);
    expect(ended.err).toContain('give this user the right to write there');
    expect({ ...ended, stack: showsStack(ended.err) }).toMatchObject({ code: 5, out: '', stack: false });
    expect(readdirSync(out)).toEqual([]);
  });
});
