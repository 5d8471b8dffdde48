/**
 * The package as its users meet it: packed, installed by the machine's own npm and Node into an empty repository, with a
 * topology, a scenario and a load script of that repository.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import { ended, ROOT, temporaryFolder, type Ended } from '../cli/command.ts';
import { leftOf, tracesOnceUp } from './traces.ts';

const here = (name: string): string => join(import.meta.dirname, 'package', name);
const folder = temporaryFolder();
const repository = join(folder.path, 'acme-api');
let packed: { readonly filename: string; readonly files: readonly { path: string; size: number }[] };

/** A shell's environment: neither npm's nor vitest's nor the pinned Node's. */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST|INIT_CWD|TWIN_)/.test(name)),
  ),
  PATH: (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((one) => !one.includes('node_modules'))
    .join(delimiter),
  NO_COLOR: '1',
  CI: '',
};
const startTyped = (line: string, env: Readonly<Record<string, string>> = {}): ChildProcess => {
  const [command = '', ...args] = line.split(' ');
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(command, args, { cwd: repository, env: { ...environment, ...env }, stdio: [...stdio] });
  running.add(child);
  return child.once('close', () => running.delete(child));
};
const type = (line: string, env?: Readonly<Record<string, string>>): Promise<Ended> => ended(startTyped(line, env));

/** One install for all: a quarter of a minute with npm's cache, more without. */
beforeAll(async () => {
  const json = execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', folder.path], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  packed = (JSON.parse(json) as (typeof packed)[])[0] ?? { filename: '', files: [] };
  mkdirSync(repository);
  // As `npm init` writes it: modules of the package are CommonJS.
  writeFileSync(join(repository, 'package.json'), '{ "name": "@acme/api", "version": "1.0.0", "type": "commonjs" }');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/vitest/package.json'), 'utf8')) as {
    version: string;
  };
  const install = `npm install -D --no-audit --no-fund --prefer-offline ../${packed.filename} vitest@${version}`;
  const { code, err } = await type(install);
  if (code !== 0) throw new Error(`${install}\n${err}`);
}, 300_000);
/** Those that a failed test did not see to their end. */
const running = new Set<ChildProcess>();
afterAll(async () => {
  await Promise.all([...running].map((child) => (child.kill('SIGTERM'), once(child, 'close'))));
  folder[Symbol.dispose]();
});

/** Makes the suite that `twin init` wrote into one of its own: another scenario, another load, a row about it. */
function addScenario(): void {
  const chaos = join(repository, 'chaos');
  mkdirSync(join(chaos, 'scenarios', 'load'), { recursive: true });
  copyFileSync(here('cache-dead.ts'), join(chaos, 'scenarios', 'cache-dead.ts'));
  copyFileSync(here('readers.ts'), join(chaos, 'scenarios', 'load', 'readers.ts'));
  const cluster = join(chaos, 'cluster.yaml');
  writeFileSync(cluster, readFileSync(cluster, 'utf8').replaceAll('api.myhoneydue.com', 'api.acme.example'));
  writeFileSync(
    join(chaos, 'failures.md'),
    '# Ours\n\n| Layer fails | User sees | Recovery |\n|---|---|---|\n| Cache gone | 503 | Restart Redis pod |\n',
  );
}

describe('package: what is packed', () => {
  test('is JavaScript with the types of its entries: no tests, no TypeScript, nothing of a clone, below two megabytes beside its pictures', () => {
    const files = packed.files.map((one) => one.path);
    expect(
      files.filter(
        (path) =>
          !/^(?:dist\/(?:sim|topology|scenarios|reports)\/|docs\/|reports\/(?:README\.md|summary\.schema\.json)$|sim\/parts\/api\/schema\.sql$|test\/own-api\/tasks_api\.py$|(?:package\.json|LICENSE|README\.md|CHANGELOG\.md)$)/.test(
            path,
          ),
      ),
    ).toEqual([]);
    expect(files.filter((path) => /(?<!\.d)\.ts$|\.test\.|bootstrap|tsconfig/.test(path))).toEqual([]);
    const sizes = packed.files.map((one) => (one.path.startsWith('docs/pictures/') ? 0 : one.size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_000_000);
    expect(existsSync(join(ROOT, 'dist'))).toBe(false);
  });
});

describe('package: in a repository of its own', () => {
  test('twin runs on the Node that it brings, whatever the machine has', async () => {
    const { code, out } = await type('npx twin doctor');
    expect(out).toMatch(/^node +v24\./m);
    expect(code).toBe(0);
  });

  test('without a suite it plays the reference one, whose expectations are not to be written', async () => {
    const reference = await type('npx twin rehearse --runtime model --json');
    const { topology, totals } = summarySchema.parse(JSON.parse(reference.out));
    expect({ code: reference.code, id: topology.id, changed: totals.changed, fresh: totals.fresh }).toEqual({
      code: 0,
      id: 'honeydue',
      changed: 0,
      fresh: 0,
    });
    const { code, err } = await type('npx twin rehearse --runtime model --update-expected');
    expect(err).toContain("the expectations of the reference suite are the tool's own");
    expect(code).toBe(4);
  });

  test('init writes a suite, and a second time keeps it', async () => {
    const first = await type('npx twin init');
    expect(first.out).toContain(
      'wrote chaos/cluster.yaml, chaos/failures.md (what your book says), chaos/expected.yaml (empty), chaos/suite.test.ts (vitest), .github/workflows/chaos.yml',
    );
    expect((await type('npx twin init')).out).toContain('kept what is there: chaos/cluster.yaml,');
    expect(readFileSync(join(repository, 'chaos', 'cluster.yaml'), 'utf8')).toContain('\nid: api\n');
    addScenario();
  });

  test('its own scenario, load script, document and topology are played: new, accepted, same, CHANGED', async () => {
    const rehearse = 'npx twin rehearse cache-dead --runtime model';
    const fresh = await type(`${rehearse} --json`, { CI: '1' });
    const summary = summarySchema.parse(JSON.parse(fresh.out));
    expect(summary.topology.id).toBe('api');
    expect(
      summary.scenarios.flatMap((one) => one.statements.map((s) => [s.sentence, s.source.file, s.since.kind])),
    ).toEqual([
      ['503', 'chaos/failures.md', 'new'],
      ['Restart Redis pod', 'chaos/failures.md', 'new'],
    ]);
    expect(fresh.code).toBe(1);
    expect((await type(`${rehearse} --update-expected`)).code).toBe(0);
    expect((await type(rehearse, { CI: '1' })).code).toBe(0);
    const file = join(repository, 'chaos', 'expected.yaml');
    const accepted = readFileSync(file, 'utf8');
    writeFileSync(file, accepted.replace('book: WRONG', 'book: right'));
    const changed = await type(rehearse);
    expect(changed.out).toContain('CHANGED, was right');
    expect(changed.code).toBe(1);
  });

  test('the vitest suite fails with the verdict’s sentence and no stack, and passes once it is accepted', async () => {
    const changed = await type('npx vitest run chaos -t cache-dead');
    expect(changed.err).toContain('cache-dead.dead: CHANGED since chaos/expected.yaml, was right');
    expect(changed.err).toContain('The book says "503"');
    expect(changed.err).toContain('again: npx twin rehearse cache-dead');
    expect(changed.err).not.toContain('cluster-twin/dist');
    expect(changed.code).toBe(1);
    expect((await type('npx twin rehearse cache-dead redis-down --runtime model --update-expected')).code).toBe(0);
    const same = await type('npx vitest run chaos -t (cache-dead|redis-down)', { CI: '1' });
    expect(same.out).toMatch(/Tests {2}[23] passed \|/);
    expect(same.code).toBe(0);
  });

  test('its types are whole: what is written with them checks under strict', () => {
    writeFileSync(
      join(repository, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: { module: 'preserve', target: 'esnext', strict: true, noEmit: true, types: ['node'] },
        include: ['chaos/**/*.ts', 'check.ts'],
        exclude: ['chaos/scenarios/load'],
      }),
    );
    copyFileSync(here('check.ts'), join(repository, 'check.ts'));
    const tsc = [join(ROOT, 'node_modules/.bin/tsc'), '-p', repository];
    expect(execFileSync(process.execPath, tsc, { encoding: 'utf8' })).toBe('');
  });

  test('rehearse() and its errors work on the machine’s own Node', async () => {
    copyFileSync(here('check.ts'), join(repository, 'check.mjs'));
    const { code, out, err } = await type('node check.mjs');
    expect({ out, err, code }).toEqual({
      out: [
        'api 0',
        'npx twin rehearse cache-dead --runtime model --set links.neon.rtt=5ms --seed 7',
        'TwinError 4 unknown scenario "cache-daed". did you mean cache-dead? all: npx twin list',
        'TwinError 5 runtime "model" cannot run --api: it computes and starts no programs',
        '  run it on embedded: leave --runtime out\n',
      ].join('\n'),
      err: '',
      code: 0,
    });
  });

  test('on real Postgres and Redis it finds all that it starts by path, and leaves nothing behind', async () => {
    const pinned = 'node_modules/.bin/node node_modules/cluster-twin/dist/sim/cli/twin.mjs';
    const child = startTyped(`${pinned} rehearse cache-dead`);
    const whole = ended(child);
    const held = await tracesOnceUp(child.pid ?? 0);
    const { code, out } = await whole;
    expect(out).toMatch(/real {7}Postgres \d+\.\d+, Redis \d/);
    expect(code, out).toBe(0);
    expect(leftOf(child.pid ?? 0, held)).toEqual([]);
    expect(readdirSync(repository).toSorted()).toEqual([
      '.github',
      'chaos',
      'check.mjs',
      'check.ts',
      'node_modules',
      'package-lock.json',
      'package.json',
      'reports',
      'tsconfig.json',
    ]);
    expect(readdirSync(join(repository, 'node_modules', 'cluster-twin')).toSorted()).toEqual([
      '.cache',
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'package.json',
      'reports',
      'sim',
      'test',
    ]);
  });
});
