/** A suite of one's own: how it is found, what `init` writes, and what is said of a broken one. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import { NOBODY_WRITES, ROOT, showsStack, temporaryFolder, twin, type Ended, type Folder } from './command.ts';

/** A repository in which `twin init` was typed. */
async function repository(): Promise<Folder> {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, '.git'));
  writeFileSync(join(folder.path, 'package.json'), '{ "name": "@acme/Todo_API", "type": "commonjs" }');
  await twin(['init'], { cwd: folder.path });
  return folder;
}
/** One scenario stands for all where what is said of them is not the point. */
const ONE = 'redis-down';
const onModel = (
  cwd: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> => twin(['rehearse', '--runtime', 'model', ...args], { cwd, env });
const topologyOf = (ended: Ended): string => summarySchema.parse(JSON.parse(ended.out)).topology.id;
/** Rewrites a file of the suite. */
function edit(folder: Folder, file: string, change: (text: string) => string): void {
  const path = join(folder.path, 'chaos', file);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
function addScenario(folder: Folder, text: string, name = 'mine'): void {
  mkdirSync(join(folder.path, 'chaos', 'scenarios'), { recursive: true });
  writeFileSync(join(folder.path, 'chaos', 'scenarios', `${name}.ts`), text);
}
const refuses = (ended: Ended, words: string): void => {
  expect(ended.err).toContain(words);
  expect({ code: ended.code, out: ended.out, stack: showsStack(ended.err) }).toEqual({
    code: 4,
    out: '',
    stack: false,
  });
};

describe.concurrent('suite: annotations in GitHub', () => {
  test.for([
    ['the repository that the suite lies in', '', 'chaos/failures.md'],
    ['GITHUB_WORKSPACE, where that is set', '..', 'FOLDER/chaos/failures.md'],
  ])('name the document from %s, wherever the command was typed', async ([, workspace = '', file = '']) => {
    using folder = await repository();
    const below = join(folder.path, 'src');
    mkdirSync(below);
    await onModel(folder.path, [ONE, '--update-expected']);
    edit(folder, 'expected.yaml', (text) => text.replaceAll('book: right', 'book: WRONG'));
    const root = workspace === '' ? '' : join(folder.path, workspace);
    const { out } = await onModel(below, [ONE], { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: root });
    expect(out).toContain(`::error file=${file.replace('FOLDER', basename(folder.path))},line=`);
  });
});

describe.concurrent('suite: where it is found', () => {
  test('in chaos/ of this folder or one above; runs are stored where the command was typed, out of git', async () => {
    using folder = await repository();
    const below = join(folder.path, 'src', 'deep');
    mkdirSync(below, { recursive: true });
    expect(topologyOf(await onModel(folder.path, [ONE, '--json']))).toBe('todo-api');
    expect(topologyOf(await onModel(below, [ONE, '--json']))).toBe('todo-api');
    expect(readFileSync(join(below, 'reports', 'out', '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('not beyond the repository: there the reference suite is meant', async () => {
    using folder = await repository();
    const other = join(folder.path, 'vendor', 'other');
    mkdirSync(join(other, '.git'), { recursive: true });
    expect(topologyOf(await onModel(other, [ONE, '--json']))).toBe('honeydue');
  });

  test('by --dir; the command to play it again says so', async () => {
    using folder = await repository();
    renameSync(join(folder.path, 'chaos'), join(folder.path, 'drills'));
    expect(topologyOf(await onModel(folder.path, [ONE, '--json']))).toBe('honeydue');
    const named = await onModel(folder.path, [ONE, '--dir', 'drills', '--json']);
    expect(summarySchema.parse(JSON.parse(named.out))).toMatchObject({
      topology: { id: 'todo-api' },
      command: 'npx twin rehearse redis-down --dir drills --runtime model --seed 7',
    });
  });

  test('by --topology: that file, and what lies beside it', async () => {
    using folder = await repository();
    copyFileSync(join(folder.path, 'chaos', 'cluster.yaml'), join(folder.path, 'chaos', 'staging.yaml'));
    edit(folder, 'staging.yaml', (text) => text.replace('id: todo-api', 'id: staging'));
    const named = await onModel(folder.path, [ONE, '--topology', 'chaos/staging.yaml', '--json']);
    expect(topologyOf(named)).toBe('staging');
  });

  test.for([
    ['a folder without a topology', ['--dir', 'src'], 'src: no topology in it\n  one of cluster.yaml, cluster.yml'],
    ['a folder that is not there', ['--dir', 'sources'], 'sources: no topology in it'],
    ['a file that is not there', ['--topology', 'clster.yaml'], 'clster.yaml: there is no such file'],
    ['a folder as a file', ['--topology', 'src'], 'src is a folder'],
  ] as const)('%s exits 4', async ([, args, words]) => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'src'));
    refuses(await onModel(folder.path, args), words);
  });
});

describe.concurrent('suite: what is compared', () => {
  test('our own expectations never hold for another topology, even when they are named', async () => {
    using folder = await repository();
    const ours = join(ROOT, 'scenarios', 'expected.yaml');
    const { out } = await onModel(folder.path, [ONE, '--expected', ours, '--json']);
    const { totals } = summarySchema.parse(JSON.parse(out));
    expect(totals.fresh).toBeGreaterThan(0);
    expect(totals.changed).toBe(0);
  });

  test('--update-expected writes the suite’s file and no other', async () => {
    using folder = await repository();
    const ours = readFileSync(join(ROOT, 'scenarios', 'expected.yaml'), 'utf8');
    const { code, err } = await onModel(folder.path, [ONE, '--update-expected']);
    expect(err).toContain('wrote chaos/expected.yaml: review and commit it like a snapshot');
    expect(code).toBe(0);
    expect(readFileSync(join(folder.path, 'chaos', 'expected.yaml'), 'utf8')).toContain('todo-api:');
    expect(readFileSync(join(ROOT, 'scenarios', 'expected.yaml'), 'utf8')).toBe(ours);
    expect((await onModel(folder.path, [ONE], { CI: '1' })).code).toBe(0);
  });
});

describe.concurrent('init', () => {
  test('never touches what is there, and writes what is missing', async () => {
    using folder = await repository();
    edit(folder, 'cluster.yaml', () => 'id: mine\n');
    rmSync(join(folder.path, 'chaos', 'suite.test.ts'));
    const { code, out } = await twin(['init'], { cwd: folder.path });
    expect(out).toContain(
      'wrote chaos/suite.test.ts (vitest)\nkept what is there: chaos/cluster.yaml, chaos/failures.md,',
    );
    expect(code).toBe(0);
    expect(readFileSync(join(folder.path, 'chaos', 'cluster.yaml'), 'utf8')).toBe('id: mine\n');
  });

  test.for([
    ['a file in the place of the folder', (path: string) => writeFileSync(join(path, 'chaos'), '')],
    ['a folder that may not be written', (path: string) => chmodSync(path, 0o555)],
  ] as const)('%s exits 5 and says which file it was', async ([, prepare]) => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    prepare(folder.path);
    const { code, err } = await twin(['init'], { cwd: folder.path, before: NOBODY_WRITES });
    expect(err).toMatch(/^chaos\/cluster\.yaml can not be written: E/);
    expect({ code, stack: showsStack(err) }).toEqual({ code: 5, stack: false });
  });
});

describe.concurrent('suite: a broken one', () => {
  test.for([
    [
      'YAML that is none',
      'cluster.yaml',
      /places:/,
      'places: [',
      /cluster\.yaml: \d errors?, nothing was started\n {2}\d+:\d+ {2}SIM_TOPOLOGY_INVALID {2}not YAML/,
    ],
    [
      'a reference to nothing',
      'cluster.yaml',
      'server: node:hetzner1',
      'server: node:one',
      /\n {2}\d+:1 {2}server {2}SIM_TOPOLOGY_INVALID .*"node:one" is not declared/,
    ],
    [
      'a document that is not there',
      'cluster.yaml',
      'failures.md',
      'failure.md',
      /^chaos\/failure\.md, the document of chaos\/cluster\.yaml: there is no such file/,
    ],
    [
      'a load script’s journey that nobody makes',
      'cluster.yaml',
      'createTask:',
      'makeTask:',
      /has no journey "createTask"\n {2}journeys: listTasks, makeTask/,
    ],
    [
      'no workload that a scenario could break',
      'cluster.yaml',
      /\bredis: *\n {4}role/,
      'cache:\n    role',
      /workload "redis" is not declared/,
    ],
    ['expectations that are none', 'expected.yaml', '{}', '[', /^chaos\/expected\.yaml: not YAML/],
  ] as const)('%s exits 4', async ([, file, from, to, words]) => {
    using folder = await repository();
    edit(folder, file, (text) => text.replace(from, to));
    const ended = await onModel(folder.path);
    expect(ended.err).toMatch(words);
    refuses(ended, '');
  });

  test('a reference scenario that the topology has no part for is left out, and refused when it is named', async () => {
    using folder = await repository();
    edit(folder, 'cluster.yaml', (it) => it.replace('role: redis', 'role: worker').replace(/^.*persistence.*\n/m, ''));
    const all = await twin(['list'], { cwd: folder.path });
    expect(all.err).toContain('not played: redis-down names workload "redis", which chaos/cluster.yaml does not have');
    const named = await onModel(folder.path, ['redis-down']);
    refuses(named, 'redis-down names workload "redis"');
    expect(named.err).not.toContain('not played');
  });

  test('a part of another name is found by what it is', async () => {
    using folder = await repository();
    edit(folder, 'cluster.yaml', (text) =>
      text.replaceAll(/\bredis:/g, 'cache:').replace('workload: redis', 'workload: cache'),
    );
    expect((await twin(['list'], { cwd: folder.path })).err).not.toContain('redis-down');
    expect((await twin(['explain', 'redis-down'], { cwd: folder.path })).out).toContain('cache');
  });
});

describe.concurrent('suite: a scenario of its own', () => {
  test.for([
    ['throws', `throw new Error('no such table');`, 'chaos/scenarios/mine.ts can not be read: no such table'],
    ['throws nothing in particular', 'throw null;', 'chaos/scenarios/mine.ts can not be read: null'],
    [
      'exports nothing',
      'export const scenario = 1;',
      'chaos/scenarios/mine.ts has no default export\n  export default defineScenario({ … })',
    ],
    [
      'exports something else',
      'export default 3;',
      'chaos/scenarios/mine.ts: 1 error, nothing was started\n  (top level)  SIM_SCENARIO_INVALID',
    ],
    ['is half a scenario', `export default { id: 'mine' };`, 'chaos/scenarios/mine.ts: '],
    ['is no JavaScript', 'export default {', 'chaos/scenarios/mine.ts can not be read: '],
    [
      'ends the process',
      'process.exit(1);',
      'chaos/scenarios/mine.ts can not be read: it ends the process, or waits for what never comes',
    ],
    [
      'waits for what never comes',
      'await new Promise(() => {}); export default 1;',
      'it ends the process, or waits for what never comes',
    ],
  ] as const)('that %s exits 4 and is named', async ([, text, words]) => {
    using folder = await repository();
    addScenario(folder, text);
    const ended = await onModel(folder.path);
    expect(ended.err).toContain(words);
    expect({ code: ended.code, out: ended.out }).toEqual({ code: 4, out: '' });
    expect(readdirSync(folder.path)).not.toContain('reports');
  });

  test('is an ES module whatever the package says, has cluster-twin, and takes the place of ours with the same id', async () => {
    using folder = await repository();
    const original = JSON.stringify(join(ROOT, 'scenarios', 'redis-down.ts'));
    addScenario(
      folder,
      `import { defineScenario } from 'cluster-twin';\nimport original from ${original};\nexport default defineScenario({ ...original, about: 'Ours.' });`,
      'redis-down',
    );
    expect((await twin(['list'], { cwd: folder.path })).out).toMatch(/redis-down .* Ours\.\n/);
  });

  test('that throws while it is played exits 70, never 1', async () => {
    using folder = await repository();
    const original = JSON.stringify(join(ROOT, 'scenarios', 'redis-down.ts'));
    addScenario(
      folder,
      `setImmediate(() => { throw new Error('boom'); });\nexport { default } from ${original};`,
      'redis-down',
    );
    const { code, err } = await onModel(folder.path);
    expect(err).toContain('internal error in scenarios/redis-down.ts: boom');
    expect({ code, stack: showsStack(err) }).toEqual({ code: 70, stack: false });
  });
});
