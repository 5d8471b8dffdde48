/** `twin up` and the commands that break and heal it, on real processes: what it prints is true, and nothing is left. */
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { showsStack, twin } from '../cli/command.ts';
import { foldersOf } from './traces.ts';
import { upLive, type UpTwin } from './twin.ts';

const of = (live: UpTwin, args: readonly string[]) => twin([...args, '--run', String(live.pid)]);
const started = (entries: readonly Entry[]): boolean =>
  entries.some((entry) => entry.kind === 'pod' && entry.event === 'Started');
const steady = (entries: readonly Entry[]): boolean =>
  entries.some((entry) => entry.kind === 'step' && entry.phase === 'before');

/** What a Redis at this address answers to PING; undefined when it stays silent for as long. */
function ping(host: string, port: number, forMs: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = createConnection(port, host, () => socket.write('PING\r\n'));
  socket.setTimeout(forMs, () => resolve(undefined));
  socket.on('data', (bytes) => resolve(bytes.toString()));
  socket.on('error', (error) => resolve(error.message));
  return promise.finally(() => socket.destroy());
}

test('a person breaks, looks, heals and ends it: the printed clients work, every act is in the report, nothing is left', async () => {
  await using live = upLive(['--users', '20']);
  await live.isUp;
  live.traces();
  const [, url = ''] = /psql '([^']+)'/.exec(live.printed()) ?? [];
  const [, host = '', port = ''] = /redis-cli -h (\S+) -p (\d+)/.exec(live.printed()) ?? [];
  const database = new Client({ connectionString: url.replace(/\?.*/, ''), ssl: { rejectUnauthorized: false } });
  await database.connect();
  expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await database.end();
  expect(await ping(host, Number(port), 30_000)).toBe('+PONG\r\n');
  const request = await of(live, ['curl', '/api/tasks/']);
  expect(request).toMatchObject({ code: 0, err: expect.stringMatching(/^200 in /), out: expect.stringMatching(/^\[/) });

  await live.until('steady state', steady);
  const broken = await of(live, ['break', 'redis', '--hang']);
  // What a command says to standard error tells why it failed.
  expect(broken).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(
      /^redis hangs: .*since \d\d:\d\d:\d\d\. proof: ping redis from .*\(3 of 3 looks\)\. undo: npx twin heal redis\n$/,
    ),
  });
  expect(await ping(host, Number(port), 1_000)).toBe(undefined);
  expect(await of(live, ['break', 'redis', '--crash'])).toMatchObject({
    code: 4,
    err: expect.stringContaining('redis is broken already'),
  });
  expect((await of(live, ['status'])).out).toContain('BROKEN redis hangs since');
  const healed = await of(live, ['restart', 'redis']);
  expect(healed).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^redis restarted; users /) });
  expect((await of(live, ['logs', 'redis', '--lines', '1'])).out).toMatch(/^redis-2 {2}/);
  expect(await of(live, ['heal'])).toMatchObject({ code: 4, err: expect.stringContaining('nothing is broken') });

  expect((await of(live, ['down'])).code).toBe(0);
  const { code, out, err } = await live.ended;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('By hand: broken 1 time');
  expect(out).toContain('left behind: nothing');
  const [, report = ''] = /report (\S+)/.exec(out) ?? [];
  expect(existsSync(report)).toBe(true);
  const kinds = live.entries().map((entry) => (entry.kind === 'fault' ? `fault ${entry.state}` : entry.kind));
  for (const kind of ['act', 'fault applied', 'operation', 'fault healed', 'readback']) expect(kinds).toContain(kind);
  expect(foldersOf(live.pid)).toEqual([]);
  await live.nothingLeft();
});

test('two of them: which is meant must be said; kill -9 under a break is told and swept; Ctrl-C that comes twice is one', async () => {
  await using killed = upLive();
  await using other = upLive();
  await Promise.all([killed.isUp, other.isUp]);
  killed.traces();
  const several = await twin(['status']);
  expect(several).toMatchObject({
    code: 4,
    err: expect.stringMatching(/twins are running: [\d, ]+\n {2}say which: --run/),
  });
  const breaking = of(killed, ['break', 'redis', '--hang']);
  await killed.until('the fault', (entries) => entries.some((entry) => entry.kind === 'fault'));
  killed.child.kill('SIGKILL');
  const cut = await breaking;
  expect({ code: cut.code, stack: showsStack(cut.err) }).toEqual({ code: 5, stack: false });
  expect(cut.err).toContain(`twin ${killed.pid} ended while it was asked`);
  await killed.nothingLeft();
  expect(await of(killed, ['status'])).toMatchObject({
    code: 5,
    err: expect.stringContaining(`no twin ${killed.pid} is running`),
  });

  expect((await of(other, ['break', 'redis', '--hang'])).out).toContain('proof: ');
  other.traces();
  other.child.kill('SIGINT');
  other.child.kill('SIGINT');
  const { code, out } = await other.ended;
  expect(code).toBe(130);
  expect(out).toContain('By hand: broken 1 time');
  expect(other.entries().at(-1)).toMatchObject({ kind: 'run-end', ended: 'complete' });
  await other.nothingLeft();
});

test('Ctrl-C while it comes up exits 130, says so, and leaves nothing but its journal', async () => {
  await using live = upLive();
  await live.until('pods start', started);
  live.traces();
  live.child.kill('SIGINT');
  const { code, err } = await live.ended;
  expect(code).toBe(130);
  expect(err).toContain('before it was up: everything was cleaned up');
  await live.nothingLeft();
});
