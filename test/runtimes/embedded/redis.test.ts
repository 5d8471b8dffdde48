import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { claimLoopback, freePort } from '../../../sim/runtimes/embedded/addresses.ts';
import { findRedis, startRedis } from '../../../sim/runtimes/embedded/redis.ts';
import { openRun } from '../../../sim/runtimes/embedded/warden.ts';
import { redisProgram } from '../../redis.ts';
import { until } from './traces.ts';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-test-redis-'));
  said = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const say = (line: string): void => void said.push(line);

/** Puts a shell script of this name into a folder. */
function script(where: string, name: string, body: string): void {
  mkdirSync(where, { recursive: true });
  writeFileSync(join(where, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(where, name), 0o755);
}

/** A Debian without Redis: an apt-get that knows two packages and leaves files for them, a dpkg-deb that makes a redis-server of one. */
function stubDebian(lists: 'here' | 'none' | 'unreachable' = 'here'): string {
  const bin = join(folder, 'bin');
  const uris = `echo "'http://x/a' redis-server_5%3a7.0.15-1_amd64.deb 73908 SHA256:0"; echo "'http://x/b' redis-tools_5%3a7.0.15-1_amd64.deb 991988 SHA256:0"`;
  script(
    bin,
    'apt-get',
    `
echo "$*" >> ${folder}/apt.log
case "$*" in
  *update*) [ ${lists} = unreachable ] && { echo "E: no route" >&2; exit 100; }; touch ${folder}/updated ;;
  *--print-uris*) [ ${lists} = here ] || [ -e ${folder}/updated ] || exit 100; ${uris} ;;
  *download*) touch redis-server.deb redis-tools.deb ;;
  *install*) echo "Inst liblzf1 (3.6)"; echo "Inst adduser (3)" ;;
esac`,
  );
  script(
    bin,
    'dpkg-deb',
    `mkdir -p "$3/usr/bin"; printf '#!/bin/sh\\necho "Redis server v=7.0.15 sha=0"\\n' > "$3/usr/bin/redis-server"; chmod 755 "$3/usr/bin/redis-server"`,
  );
  vi.stubEnv('PATH', `${bin}:/usr/bin:/bin`);
  return bin;
}

const find = (options: Partial<Parameters<typeof findRedis>[0]> = {}) =>
  findRedis({ cacheFolder: join(folder, 'cache'), fetch: 'ask', say, searchPath: join(folder, 'empty'), ...options });

describe('redis: where it comes from', () => {
  test('the path is looked at first, for Redis and then for Valkey, and nothing is said', async () => {
    script(join(folder, 'valkey'), 'valkey-server', 'echo "Valkey server v=8.1.1 sha=00000000:0"');
    script(join(folder, 'redis'), 'redis-server', 'echo "Redis server v=7.0.15 sha=00000000:0"');
    expect(await find({ searchPath: join(folder, 'valkey') })).toMatchObject({
      product: 'Valkey',
      version: '8.1.1',
      from: 'path',
    });
    expect(await find({ searchPath: `${join(folder, 'valkey')}:${join(folder, 'redis')}` })).toMatchObject({
      product: 'Redis',
      version: '7.0.15',
    });
    expect(said).toEqual([]);
  });

  test('a redis-server that does not run is passed over', async () => {
    script(join(folder, 'broken'), 'redis-server', 'echo "error while loading shared libraries" >&2; exit 127');
    await expect(find({ searchPath: join(folder, 'broken'), fetch: 'no' })).rejects.toMatchObject({
      code: 'SIM_FETCH_FORBIDDEN',
    });
  });

  test('--no-fetch ends it with what to type instead, and apt-get is not run', async () => {
    stubDebian();
    await expect(find({ fetch: 'no' })).rejects.toMatchObject({
      code: 'SIM_FETCH_FORBIDDEN',
      message: expect.stringContaining('--no-fetch'),
      hint: expect.stringMatching(/without --no-fetch.*apt-get install redis-server.*docker run/s),
    });
    expect(existsSync(join(folder, 'apt.log'))).toBe(false);
  });

  test('it is asked for with its size, fetched once, and found in the cache from then on', async () => {
    stubDebian();
    const confirm = vi.fn(() => Promise.resolve(true));
    expect(await find({ confirm })).toMatchObject({ product: 'Redis', version: '7.0.15', from: 'fetched' });
    expect(confirm.mock.calls).toEqual([
      ['fetch Redis 7.0.15 into this folder? 1 MB by apt-get download, no root, no service started [Y/n] '],
    ]);
    expect(said[0]).toBe('redis-server: not found');
    expect(await find({ fetch: 'no' })).toMatchObject({ from: 'cache' });
    expect(readFileSync(join(folder, 'apt.log'), 'utf8')).toMatch(/download redis-server redis-tools liblzf1$/m);
    expect(readdirSync(join(folder, 'cache'))).toEqual(['redis']);
  });

  test('the answer no ends it before anything is downloaded', async () => {
    stubDebian();
    await expect(find({ confirm: () => Promise.resolve(false) })).rejects.toMatchObject({
      code: 'SIM_FETCH_FORBIDDEN',
    });
    expect(readFileSync(join(folder, 'apt.log'), 'utf8')).not.toMatch(/download redis|update/);
  });

  test('without a terminal it is stated and done', async () => {
    stubDebian();
    await find();
    expect(said[1]).toBe('fetch Redis 7.0.15 into this folder: 1 MB by apt-get download, no root, no service started');
  });

  test('a machine without package lists gets lists of our own, which are asked for too and removed afterwards', async () => {
    stubDebian('none');
    const confirm = vi.fn(() => Promise.resolve(true));
    expect(await find({ confirm })).toMatchObject({ from: 'fetched' });
    expect(confirm.mock.calls[0]).toEqual([expect.stringContaining('about 20 MB, package lists and all')]);
    expect(readFileSync(join(folder, 'apt.log'), 'utf8')).toMatch(
      new RegExp(`Dir::State=${join(folder, 'cache/apt')} .*update`),
    );
    expect(readdirSync(join(folder, 'cache'))).toEqual(['redis']);
  });

  test('package sources that do not answer are told in their own words', async () => {
    stubDebian('unreachable');
    await expect(find({ fetch: 'yes' })).rejects.toMatchObject({
      code: 'SIM_RUNTIME_UNAVAILABLE',
      message: expect.stringContaining('E: no route'),
    });
  });

  test('a machine without apt-get says what to type', async () => {
    vi.stubEnv('PATH', join(folder, 'empty'));
    await expect(find({ fetch: 'yes' })).rejects.toMatchObject({
      code: 'SIM_RUNTIME_UNAVAILABLE',
      hint: expect.stringContaining('docker build'),
    });
  });
});

/** One command by telnet's protocol; the first line of the answer. */
async function command(host: string, port: number, line: string): Promise<string> {
  const socket = createConnection({ host, port });
  socket.end(`${line}\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return chunk.toString().split('\r\n')[0] ?? '';
}
describe('redis: running', () => {
  test('listens on its one address, keeps nothing on disk, and asks for a password when it has one', async () => {
    await using claim = await claimLoopback();
    await using run = openRun();
    const host = `${claim.prefix}.2.10`;
    const [port, locked] = [await freePort(host, 6379), await freePort(host, 6380)];
    const program = redisProgram();
    const parts = [
      startRedis(run, { program, name: 'redis', host, port }),
      startRedis(run, { program, name: 'locked', host, port: locked, password: 'secret' }),
    ];
    await until('both are ready', () =>
      parts.every((part) => part.lines(20).some((line) => line.includes('Ready to accept'))),
    );
    expect(await command(host, port, 'PING')).toBe('+PONG');
    expect(await command(host, locked, 'PING')).toMatch(/^-NOAUTH/);
    await expect(command(`${claim.prefix}.2.11`, port, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await command(host, port, 'SET a 1')).toBe('+OK');
    expect(readdirSync(join(run.path, 'redis'))).toEqual(['redis.conf']);
    expect(statSync(join(run.path, 'locked', 'redis.conf')).mode & 0o077).toBe(0);
    expect(readFileSync(`/proc/${parts[1]?.pid}/cmdline`, 'utf8')).not.toContain('secret');
  });

  test('a stopped one is reached and silent, a killed one is refused and exits with 137', async () => {
    await using claim = await claimLoopback();
    await using run = openRun();
    const host = `${claim.prefix}.2.10`;
    const port = await freePort(host, 6379);
    const part = startRedis(run, { program: redisProgram(), name: 'redis', host, port });
    await until('it is ready', () => part.lines(20).some((line) => line.includes('Ready to accept')));
    part.pause();
    const answer = command(host, port, 'PING');
    const waiting = createConnection({ host, port });
    await once(waiting, 'connect');
    waiting.destroy();
    part.resume();
    expect(await answer).toBe('+PONG');
    part.kill('SIGKILL');
    expect(await part.exited).toEqual({ code: 137, signal: 'SIGKILL' });
    await expect(command(host, port, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a port that is taken ends it with its own words', async () => {
    await using claim = await claimLoopback();
    await using run = openRun();
    const host = `${claim.prefix}.2.10`;
    const options = { program: redisProgram(), host, port: await freePort(host, 6379) };
    const first = startRedis(run, { ...options, name: 'first' });
    await until('the first is ready', () => first.lines(20).some((line) => line.includes('Ready to accept')));
    const second = startRedis(run, { ...options, name: 'second' });
    expect(await second.exited).toMatchObject({ code: 1 });
    await until('it says why', () => second.lines(20).some((line) => line.includes('Address already in use')));
  });
});
