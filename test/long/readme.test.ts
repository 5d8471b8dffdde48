/** The commands of README.md, as they stand there: in a clone of their own, or in a repository that installs the package. */
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, showsStack, temporaryFolder, type Folder } from '../cli/command.ts';
import { linesToType, transcriptsOf, type Typed } from './readme.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
/** To be typed in a clone as it is. */
const commands = linesToType(readme).filter((line) => /^(npx twin|npx node scenarios|npm run rehearse|CI=)/.test(line));
const needsEngine = (command: string): boolean => command.includes('--runtime docker');
const hasEngine = spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0;
const sessions = transcriptsOf(readme);
const session = (begins: RegExp): readonly Typed[] =>
  sessions.find(([first]) => begins.test(first?.command ?? '')) ?? [];
const SESSIONS = {
  table: /^npx twin rehearse latency-budget /,
  byHand: /^npx twin up/,
  own: /^npm i -D cluster-twin/,
  compare: /^npx twin compare/,
  check: /^npx twin check/,
};

test('README.md has commands to be tried, and no session that nobody tries', () => {
  expect(commands.length).toBeGreaterThan(8);
  const known = Object.values(SESSIONS);
  const untried = sessions.filter(([first]) => !known.some((one) => one.test(first?.command ?? '')));
  expect(untried).toEqual([]);
  expect(sessions).toHaveLength(known.length);
});

function cloneInto(folder: Folder): string {
  const clone = join(folder.path, 'clone');
  expect(spawnSync('git', ['clone', '-q', ROOT, clone]).status).toBe(0);
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}
const env = { ...process.env, CI: '', NO_COLOR: '1' };
function type(command: string, cwd: string): { readonly status: number | null; readonly all: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' });
  expect(showsStack(stderr), stderr).toBe(false);
  return { status, all: stdout + stderr };
}
/** Of a run whose name and instant are its own, and whose counts hang on the suite, only the words are compared. */
const words = (line: string): string =>
  line
    .replaceAll(/\b2\d{3}-\d\d-\S+/g, 'RUN')
    .replaceAll(/\d[\d,.]*/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();
/** Types it, and holds what it printed against what README.md says. */
function asTold({ command, exit, prints }: Typed, cwd: string, alike = (line: string): string => line.trim()): void {
  const { status, all } = type(command, cwd);
  expect({ command, status }, all).toEqual({ command, status: exit });
  const lines = all.split('\n').map(alike);
  expect(
    prints.filter((line) => !lines.includes(alike(line))),
    `printed by ${command}:\n${all}`,
  ).toEqual([]);
}

test.each(commands.filter((command) => hasEngine || !needsEngine(command)))('%s', (command) => {
  using folder = temporaryFolder();
  const clone = cloneInto(folder);
  // `twin report latest` is about the run before it.
  const before = command.includes('twin report') ? 'npx twin rehearse redis-down --runtime model >/dev/null && ' : '';
  const { status, all } = type(before + command, clone);
  expect(status, all).toBe(0);
});

test('the first transcript: the same rows, to the letter', () => {
  using folder = temporaryFolder();
  const clone = cloneInto(folder);
  for (const typed of session(SESSIONS.table)) asTold(typed, clone);
});

/** The page of the transcript: its rows and figures stand on the lines that are told. */
const OTHER_PAGE = [
  '# What fails',
  '',
  'Somebody else wrote this.',
  '| Failure | Impact |',
  '|---|---|',
  '| Redis gone | every read returns 500 |',
  '| Kafka broker lost | orders late |',
  ...Array.from({ length: 10 }, () => ''),
  'London-New York 59 ms ping. Frankfurt-Singapore: a query takes 40 ms.',
  '',
].join('\n');

test('a document is checked as told', () => {
  using folder = temporaryFolder();
  const clone = cloneInto(folder);
  mkdirSync(join(folder.path, 'other'));
  writeFileSync(join(folder.path, 'other', 'failures.md'), OTHER_PAGE);
  for (const typed of session(SESSIONS.check)) asTold(typed, clone);
});

test('by hand: each command of the second window does what is told, and window 1 ends well', async () => {
  using folder = temporaryFolder();
  const clone = cloneInto(folder);
  const [up, ...acts] = session(SESSIONS.byHand);
  const window = spawn('sh', ['-c', `exec ${up?.command}`], { cwd: clone, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  window.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const ended = once(window, 'close');
  await expect.poll(() => printed, { timeout: 60_000 }).toMatch(/^\d\d:\d\d:\d\d ok 100 %/m);
  const said: string[] = [];
  for (const { command, exit } of acts) {
    const { status, all } = type(command, clone);
    expect({ command, status }, all).toEqual({ command, status: exit });
    said.push(all);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
  }
  await ended;
  const about = (word: string): string => said[acts.findIndex((one) => one.command.includes(word))] ?? '';
  expect(about('--hang')).toMatch(
    /^redis hangs: .* proof: ping redis from node:hetzner1:.*undo: npx twin heal redis\n$/,
  );
  expect(about('restart')).toMatch(/^redis restarted; users/);
  expect(about('guess')).toMatch(/^right after .* replay: npx twin rehearse redis-down --seed 7\. it is still broken/);
  expect(about('twin heal')).toMatch(/^healed; users/);
  expect(printed).toMatch(/BROKEN redis hangs since/);
  expect(printed).toMatch(/By hand: broken 2 times/);
});

test("a suite in one's own repository, from the tarball: written, accepted, CHANGED, compared", () => {
  using folder = temporaryFolder();
  const [repository, main] = [join(folder.path, 'acme'), join(folder.path, 'main')];
  mkdirSync(repository);
  writeFileSync(join(repository, 'package.json'), '{ "name": "acme" }');
  const pack = ['pack', '--json', '--silent', '--pack-destination', folder.path];
  const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' })) as { filename: string }[];
  const installed = ({ command }: Typed): string =>
    command.replace('cluster-twin vitest', `../${packed?.filename} vitest`);
  const typed = session(SESSIONS.own);
  for (const one of typed) {
    const isTest = one.command.includes('vitest run');
    if (isTest) expect(type(one.command, repository).all).toContain('CHANGED since chaos/expected.yaml');
    else asTold({ ...one, command: installed(one) }, repository, words);
  }
  // The same suite with the larger pool stands in ../main, and here it is as small as it was.
  expect(type('npx twin rehearse redis-down --runtime model', repository).status).toBe(1);
  mkdirSync(main);
  cpSync(join(repository, 'reports'), join(main, 'reports'), { recursive: true, verbatimSymlinks: true });
  const cluster = join(repository, 'chaos', 'cluster.yaml');
  writeFileSync(cluster, readFileSync(cluster, 'utf8').replace('redisPoolSize: 100', 'redisPoolSize: 20'));
  expect(type('npx twin rehearse redis-down --runtime model', repository).status).toBe(0);
  for (const one of session(SESSIONS.compare)) asTold(one, repository, words);
});
