/** Twins beside each other and beside the user's own Redis and Postgres, which they must not touch. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import { listenersOf } from '../../sim/runtimes/embedded/kernel-tables.ts';
import { isSameProcess, processRecord } from '../../sim/runtimes/embedded/process-table.ts';
import { journaledProcesses } from '../../sim/runtimes/embedded/run-directory.ts';
import honeydue from '../../topology/honeydue.ts';
import { neededBy } from '../../topology/needed.ts';
import { ROOT, showsStack, temporaryFolder } from '../cli/command.ts';
import { redisProgram } from '../redis.ts';
import { foldersOf } from './traces.ts';
import { inPhase, rehearseLive, type LiveTwin } from './twin.ts';

/** A port that was free a moment ago, on all addresses. */
async function somePort(): Promise<number> {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
/** The reference topology with its Redis and Postgres on other ports: those of the user's own programs. */
function topologyOn(redis: number, postgres: number, file: string): void {
  const from = (name: string): string => JSON.stringify(pathToFileURL(join(ROOT, 'topology', name)).href);
  writeFileSync(
    file,
    `import { defineTopology } from ${from('load.ts')};
import honeydue from ${from('honeydue.ts')};
const moved = { 6379: ${redis}, 5432: ${postgres} };
export default defineTopology(JSON.parse(JSON.stringify(honeydue), (_, value) => moved[value] ?? value));`,
  );
}
/** The user's own Redis, on all addresses of the machine. */
async function usersRedis(port: number, folder: string) {
  const { path, env } = redisProgram();
  const args = ['--port', String(port), '--bind', '0.0.0.0', '--protected-mode', 'no', '--save', '', '--dir', folder];
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  await new Promise<void>((ready) =>
    child.stdout.on('data', (text: Buffer) => text.includes('Ready to accept') && ready()),
  );
  const startTicks = processRecord(child.pid ?? 0)?.startTicks ?? 0;
  return {
    isTheSame: () => isSameProcess(child.pid ?? 0, startTicks),
    async ask(command: string): Promise<string> {
      const socket = createConnection(port, '127.0.0.1');
      socket.end(`${command}\r\nQUIT\r\n`);
      let text = '';
      for await (const chunk of socket.setEncoding('utf8')) text += chunk as string;
      return text;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const partsOf = (live: LiveTwin) =>
  foldersOf(live.pid)
    .flatMap(journaledProcesses)
    .map((one) => ({ name: one.name, pid: one.pid, listeners: listenersOf(one.pid) }));

test("two twins at once break their own Redis and leave the user's Redis and Postgres on the same ports alone", async () => {
  using folder = temporaryFolder();
  const [redisPort, postgresPort] = [await somePort(), await somePort()];
  await using redis = await usersRedis(redisPort, folder.path);
  await redis.ask('SET mine 1');
  let visits = 0;
  const postgres = createServer(() => (visits += 1)).listen(postgresPort, '0.0.0.0');
  await once(postgres, 'listening');
  const file = join(folder.path, 'topology.ts');
  topologyOn(redisPort, postgresPort, file);
  const swaps = { 'topology/honeydue.ts': file };
  await using dead = rehearseLive('dead', ['--json'], { swaps });
  await using hung = rehearseLive('hung', ['--json'], { swaps });
  await Promise.all([dead, hung].map((one) => one.until('steady state', inPhase('before'))));
  const prefixes = [dead, hung].map((one) => {
    one.traces();
    return new Set(partsOf(one).flatMap(({ listeners }) => listeners.map((address) => address.split('.')[1])));
  });
  // Each has one stretch of loopback, and not the other's.
  expect(prefixes.map((one) => one.size)).toEqual([1, 1]);
  expect([...(prefixes[0] ?? [])]).not.toEqual([...(prefixes[1] ?? [])]);
  for (const live of [dead, hung]) {
    const { scenarios } = summarySchema.parse(JSON.parse((await live.ended).out));
    const sees = scenarios[0]?.statements.find((one) => one.about === 'sees');
    // That it was well and then down is the point here; how soon a busy machine has it back is not.
    expect(sees?.proofOfFault).toMatchObject({ before: true, during: true });
    await live.nothingLeft();
  }
  expect(redis.isTheSame()).toBe(true);
  expect(await redis.ask('GET mine')).toContain('$1\r\n1\r\n');
  expect(await redis.ask('DBSIZE')).toContain(':1\r\n');
  // Our own four questions, and nobody else's.
  expect(await redis.ask('INFO stats')).toContain('total_connections_received:4\r\n');
  expect(visits).toBe(0);
  postgres.close();
});

test("no process serves two nodes: a fault on one node's part leaves the others' alone", async () => {
  await using live = rehearseLive('dead');
  await live.until('steady state', inPhase('before'));
  live.traces();
  const parts = partsOf(live);
  const names = parts.map(({ name }) => name);
  for (const part of ['traefik', 'api']) for (const n of [1, 2, 3]) expect(names).toContain(`${part}-${n}`);
  for (const n of [1, 2, 3]) expect(names).toContain(`kube-proxy-hetzner${n}`);
  expect(new Set(parts.map(({ pid }) => pid)).size).toBe(parts.length);
  // Where a part listens tells its place: 127.N.(50+i).x for Services and 127.N.(100+i).x for pods of place i.
  const places = Object.keys(neededBy(honeydue, ['listTasks', 'createTask'], { fallbacks: false }).places);
  const placesOfPart = (listeners: readonly string[]) =>
    new Set(
      listeners
        .map((address) => Number(address.split('.')[2]))
        .filter((block) => block >= 50)
        .map((block) => places[block % 50]),
    );
  const served = parts.filter(({ name }) => name !== 'toxiproxy').map((one) => placesOfPart(one.listeners));
  expect(served.filter((one) => one.size > 1)).toEqual([]);
  // Each of the three nodes has an ingress, a kube-proxy and an api of its own.
  for (const node of places.filter((place) => place.startsWith('node:')))
    expect(served.filter((one) => one.has(node)).length).toBeGreaterThanOrEqual(3);
  live.child.kill('SIGTERM');
  await live.ended;
  await live.nothingLeft();
});

test('when every stretch of loopback is claimed it exits 5, says who to look for, and starts nothing', async () => {
  const claimPort = 41_127;
  // What the kernel answers when a program listens on the claim port of all addresses; really doing so would stop
  // every other twin of this machine.
  const taken = `import { Server } from 'node:net';
    const listen = Server.prototype.listen;
    Server.prototype.listen = function (...args) {
      if (args[0]?.port !== ${claimPort}) return listen.apply(this, args);
      setImmediate(() => this.emit('error', Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' })));
      return this;
    };`;
  await using live = rehearseLive('dead', [], { before: taken });
  const { code, err } = await live.ended;
  expect(err).toContain(`127.1 to 127.250 are all claimed on port ${claimPort}`);
  expect(err).toContain('ss -ltnp');
  expect({ code, stack: showsStack(err) }).toEqual({ code: 5, stack: false });
  await live.nothingLeft();
});
