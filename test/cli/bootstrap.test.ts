import { existsSync, mkdirSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { platformBlocker } from '../../sim/runtimes/embedded/platform.mjs';
import { makeClone, type Clone, type Ended } from './clone.ts';

const BOOTSTRAP = 'sim/cli/bootstrap.mjs';
const DOCKER = 'docker build -t cluster-twin . && docker run --rm -it cluster-twin';
const macos = () => ({ NODE_OPTIONS: `--import=${join(clone.root, 'macos.mjs')}` });
const told = (ended: Ended): unknown => JSON.parse(ended.stdout.split('\n')[0] ?? '');

let clone: Clone;
beforeEach(() => {
  clone = makeClone();
});
afterEach(() => clone[Symbol.dispose]());

describe('bootstrap: where embedded cannot run', () => {
  test.each([
    [{ platform: 'darwin' }, /needs Linux, and this is macOS/],
    [{ platform: 'win32' }, /needs Linux, and this is Windows/],
    [{ platform: 'linux', arch: 'riscv64' }, /x64 or arm64/],
    [{ platform: 'linux', arch: 'x64', musl: true }, /glibc.*musl/],
  ])('%o is refused with a reason', (host, reason) => {
    expect(platformBlocker(host)).toMatch(reason);
  });

  test.each(['twin rehearse', 'twin rehearse redis-down --runtime model,embedded', 'vitest run'])(
    'on macOS "%s" exits 5, says what to type, and fetches nothing',
    async (line) => {
      const ended = await clone.run(BOOTSTRAP, line.split(' '), macos());
      expect(ended).toMatchObject({ code: 5, stdout: '' });
      expect(ended.stderr).toContain('macOS');
      expect(ended.stderr).toContain(DOCKER);
      expect(clone.npmRuns()).toEqual([]);
    },
  );

  test('on macOS another runtime may be rehearsed on', async () => {
    expect(await clone.run(BOOTSTRAP, ['twin', 'rehearse', '0', '--runtime=model'], macos())).toMatchObject({
      code: 0,
    });
  });
});

describe('bootstrap: packages', () => {
  test('how long a cluster takes counts from when they are there: that they took a minute is told apart', async () => {
    const { stdout } = await clone.run(BOOTSTRAP, ['twin', 'started']);
    const installed = statSync(join(clone.root, 'node_modules/.package-lock.json')).mtimeMs;
    expect(Number(stdout.split('\n')[1])).toBeGreaterThanOrEqual(installed);
  });
  test('of a cluster that a test brings up it does not count from when the tests were typed', async () => {
    await clone.run(BOOTSTRAP, ['twin', 'list']);
    const vitest = join(clone.root, 'node_modules/vitest');
    mkdirSync(vitest, { recursive: true });
    writeFileSync(join(vitest, 'vitest.mjs'), "console.log(process.env['TWIN_STARTED_MS'] ?? 'own');");
    expect((await clone.run(BOOTSTRAP, ['vitest'])).stdout).toBe('own\n');
  });

  test('are installed on the first run, with what it costs said first, and not on the second', async () => {
    const first = await clone.run(BOOTSTRAP, ['twin', 'list', '0', '--flag']);
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/^first run {2}\d+ MB of packages \(once/);
    expect(told(first)).toEqual({
      args: ['list', '0', '--flag'],
      cache: join(realpathSync(clone.root), '.cache/compile'),
      wrapped: true,
    });
    const second = await clone.run(BOOTSTRAP, ['twin', 'list']);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(clone.npmRuns()).toEqual(['ci --no-audit --no-fund --loglevel=warn --no-progress']);
  });

  test('are installed again when the lockfile changed, not when a checkout only touched it', async () => {
    await clone.run(BOOTSTRAP, ['twin', 'list']);
    const lockfile = join(clone.root, 'package-lock.json');
    const later = Date.now() / 1000 + 60;
    utimesSync(lockfile, later, later);
    await clone.run(BOOTSTRAP, ['twin', 'list']);
    expect(clone.npmRuns()).toHaveLength(1);
    clone.lock('24.0.1');
    utimesSync(lockfile, later, later);
    await clone.run(BOOTSTRAP, ['twin', 'list']);
    expect(clone.npmRuns()).toHaveLength(2);
  });

  test('that cannot be installed end it with 5 and the last lines of npm', async () => {
    const ended = await clone.run(BOOTSTRAP, ['twin', 'list'], { NPM_FAILS: '1' });
    expect(ended).toMatchObject({ code: 5, stdout: '' });
    expect(ended.stderr).toContain('npm ci ended with 1\nnpm error code E404\nnpm error no such package');
    expect(existsSync(join(clone.root, '.cache/installing'))).toBe(false);
  });

  test('are installed once when two first commands run at once', async () => {
    const both = await Promise.all([clone.run(BOOTSTRAP, ['twin', 'list']), clone.run(BOOTSTRAP, ['twin', 'list'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(clone.npmRuns()).toHaveLength(1);
  });

  test('are installed although a killed command left its lock', async () => {
    await clone.run(BOOTSTRAP, ['twin', 'list'], { NPM_FAILS: '1' });
    // Above the largest pid that Linux gives.
    writeFileSync(join(clone.root, '.cache/installing'), '4194305');
    expect(await clone.run(BOOTSTRAP, ['twin', 'list'])).toMatchObject({ code: 0 });
  });
});

describe('bootstrap: the command', () => {
  test('an unknown target exits 4 and names the known ones', async () => {
    const ended = await clone.run(BOOTSTRAP, ['twinn']);
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain('unknown target "twinn"; there is: twin, vitest');
  });

  test('its exit code is passed on from another Node than the pinned one', async () => {
    expect(await clone.run(BOOTSTRAP, ['twin', 'exit', '3'])).toMatchObject({ code: 3 });
  });

  test('SIGTERM reaches it, and its end is waited for', async () => {
    const { child, ended } = clone.start(BOOTSTRAP, ['twin', 'wait']);
    await new Promise<void>((settle) =>
      child.stdout?.on('data', (text: string) => text.includes('waiting') && settle()),
    );
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain('SIGTERM');
  });

  test('a bug in it exits 70', async () => {
    await clone.run(BOOTSTRAP, ['twin', 'list']);
    // Without the pinned Node the target runs in this process.
    rmSync(join(clone.root, 'node_modules/node'), { recursive: true });
    const ended = await clone.run('sim/cli/twin.mjs', ['throw']);
    expect(ended).toMatchObject({ code: 70 });
    expect(ended.stderr).toContain('a bug');
  });

  test('without the pinned Node and on an older one it exits 5 and says how to get it', async () => {
    writeFileSync(
      join(clone.root, 'old.mjs'),
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });",
    );
    const ended = await clone.run('sim/cli/twin.mjs', ['list'], {
      NODE_OPTIONS: `--import=${join(clone.root, 'old.mjs')}`,
    });
    expect(ended).toMatchObject({ code: 5, stdout: '' });
    expect(ended.stderr).toContain('Node 24 that cluster-twin brings is missing');
    expect(ended.stderr).toContain('npm rebuild node');
  });

  test('afterwards node_modules/.bin has twin, which takes the same arguments', async () => {
    await clone.run(BOOTSTRAP, ['twin', 'list']);
    const ended = await clone.run('node_modules/.bin/twin', ['list', '2']);
    expect(ended).toMatchObject({ code: 2 });
    expect(told(ended)).toMatchObject({ args: ['list', '2'], wrapped: true });
  });
});
