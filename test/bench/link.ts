/**
 * What a link of our proxy costs, and how exactly it delays: `node test/bench/link.ts`, under a minute.
 *
 * Rounds interleave the proxies, because latency drifts on shared machines: the first rounds are dropped, ratios are formed
 * within a round, and their median is told with the smallest and largest. CPU time comes from /proc and counts every
 * thread of the proxy. With TOXIPROXY_BIN set to a toxiproxy-server 2.12 the real one runs along.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ToxiproxyClient } from '../../sim/runtimes/toxiproxy.ts';

/** The first two let the compilers warm up: until then a round trip costs Node twice as much. */
const ROUNDS = 7;
const WARM_UP_ROUNDS = 2;
const MESSAGE = Buffer.alloc(64, 'm');
const ROUND_TRIPS = 16_000;
const CONNECTIONS = 16;
const BULK_BYTES = 150_000_000;
const DELAY_MS = 5;
/** As chunks come at 200 requests a second, whether or not those before have arrived. */
const PROBES = 600;
const PROBE_GAP_MS = 5;
/** Linux counts a process's CPU time in hundredths of a second. */
const TICK_MS = 10;

interface Subject {
  readonly name: string;
  readonly child: ChildProcess;
  /** Dialled for the plain figures. */
  readonly port: number;
  /** Dialled for the delay, where there is one. */
  readonly delayedPort?: number;
}

interface Figures {
  cpuUs: number;
  perSecond: number;
  megabytesPerSecond: number;
  errorP50Ms: number;
  errorP99Ms: number;
  /** One way with no toxic: what of the error is the way itself. */
  hopP50Ms: number;
  early: number;
}

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Proxies run on another core than we do, if there is one and taskset is at hand. */
const pinned = (...command: string[]): ChildProcess =>
  spawn('taskset', ['-c', '1', ...command], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'fatal', TWIN_PARENT_PIPE: '1' },
  });

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no pipe');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
}

async function toxiproxy(name: string, child: ChildProcess, port: number, upstream: string): Promise<Subject> {
  const client = new ToxiproxyClient({ host: '127.0.0.1', port });
  const wires = await client.populate([
    { name: 'plain', listen: '127.0.0.1:0', upstream },
    { name: 'delayed', listen: '127.0.0.1:0', upstream },
  ]);
  const effect = { kind: 'latency', latencyMs: DELAY_MS, jitterMs: 0 } as const;
  await client.addToxic('delayed', { name: 'delay', stream: 'upstream', effect });
  const portOf = (wire: string): number => Number(wires.get(wire)?.split(':')[1]);
  return { name, child, port: portOf('plain'), delayedPort: portOf('delayed') };
}

async function startSubjects(upstreamPort: number): Promise<Subject[]> {
  const upstream = `127.0.0.1:${upstreamPort}`;
  const pipe = pinned(process.execPath, file('./link-pipe.ts'), `${upstreamPort}`);
  const ours = pinned(process.execPath, file('../../sim/parts/toxiproxy/main.ts'), '-host', '127.0.0.1', '-port', '0');
  const subjects = [
    await toxiproxy('ours', ours, JSON.parse(await firstLine(ours)).port, upstream),
    { name: 'node pipe', child: pipe, port: Number(await firstLine(pipe)) },
  ];
  const binary = process.env['TOXIPROXY_BIN'];
  if (binary) {
    const real = pinned(binary, '-host', '127.0.0.1', '-port', '28474');
    while (!(await fetch('http://127.0.0.1:28474/version').catch(() => undefined)));
    subjects.push(await toxiproxy('toxiproxy', real, 28474, upstream));
  }
  return subjects;
}

function cpuMs(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** One message there and back at a time on each connection. */
async function roundTrips(subject: Subject): Promise<Pick<Figures, 'cpuUs' | 'perSecond'>> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => dial(subject.port)));
  const [startMs, startCpuMs] = [performance.now(), cpuMs(subject.child)];
  let left = ROUND_TRIPS;
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const socket of sockets) {
    socket.on('data', () => void (--left > 0 ? socket.write(MESSAGE) : resolve()));
    socket.write(MESSAGE);
  }
  await promise;
  const cpuUs = ((cpuMs(subject.child) - startCpuMs) * 1000) / ROUND_TRIPS;
  for (const socket of sockets) socket.destroy();
  return { cpuUs, perSecond: (ROUND_TRIPS / (performance.now() - startMs)) * 1000 };
}

/** Bytes one way; the sink says when all have come. */
async function bulk(subject: Subject, sunk: (bytes: number) => Promise<void>): Promise<number> {
  const socket = await dial(subject.port);
  const block = Buffer.alloc(256 * 1024, 'b');
  const done = sunk(BULK_BYTES);
  const startMs = performance.now();
  for (let sent = 0; sent < BULK_BYTES; sent += block.length) if (!socket.write(block)) await once(socket, 'drain');
  await done;
  socket.destroy();
  return BULK_BYTES / 1000 / (performance.now() - startMs);
}

/**
 * How far each chunk's one-way time is from the delay that was asked for: sender and receiver are both this process. They
 * are sent on a schedule, a connection after the other, so that two never share one read.
 */
async function delayErrors(port: number, delayMs: number, arrivals: Arrivals): Promise<number[]> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => dial(port)));
  const startMs = performance.now();
  const errors = Array.from({ length: PROBES }, async (_, probe) => {
    const dueMs = startMs + probe * PROBE_GAP_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    const arrived = arrivals.of(probe);
    const sentMs = performance.now();
    sockets[probe % CONNECTIONS]?.write(`d${probe}`);
    return (await arrived) - sentMs - delayMs;
  });
  const sorted = (await Promise.all(errors)).toSorted((a, b) => a - b);
  for (const socket of sockets) socket.destroy();
  return sorted;
}

interface Arrivals {
  /** The instant at which the probe with this number arrives. */
  of(probe: number): Promise<number>;
}

/** First byte of a connection decides: `m` is echoed, `b` counted, of `d` the number is noted with its instant. */
function startUpstream() {
  let bulkLeft = 0;
  let bulkDone = (): void => {};
  const awaited = new Map<number, (atMs: number) => void>();
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (data[0] === MESSAGE[0]) socket.write(data);
      else if (data[0] === 'd'.charCodeAt(0)) awaited.get(Number(data.subarray(1).toString()))?.(performance.now());
      else if ((bulkLeft -= data.length) <= 0) bulkDone();
    });
  });
  return {
    server,
    sunk: (bytes: number) => new Promise<void>((resolve) => ((bulkLeft = bytes), (bulkDone = resolve))),
    arrivals: {
      of: (probe: number) => new Promise<number>((resolve) => void awaited.set(probe, resolve)),
    },
  };
}

async function measure(subject: Subject, upstream: ReturnType<typeof startUpstream>): Promise<Figures> {
  const trips = await roundTrips(subject);
  const megabytesPerSecond = await bulk(subject, upstream.sunk);
  const errors = subject.delayedPort ? await delayErrors(subject.delayedPort, DELAY_MS, upstream.arrivals) : [];
  const hops = await delayErrors(subject.port, 0, upstream.arrivals);
  const at = (share: number): number => errors[Math.floor(errors.length * share)] ?? NaN;
  const early = errors.filter((error) => error < 0).length;
  return { ...trips, megabytesPerSecond, errorP50Ms: at(0.5), errorP99Ms: at(0.99), hopP50Ms: median(hops), early };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

function tell(name: string, rounds: readonly Figures[]): void {
  const of = (key: keyof Figures): number => median(rounds.map((figures) => figures[key]));
  const early = rounds.reduce((sum, figures) => sum + figures.early, 0);
  console.log(
    `${name.padEnd(10)} ${of('cpuUs').toFixed(1)} µs CPU/round trip  ${of('perSecond').toFixed(0)} round trips/s  ` +
      `${of('megabytesPerSecond').toFixed(0)} MB/s  delay error p50 ${of('errorP50Ms').toFixed(3)} p99 ${of('errorP99Ms').toFixed(3)} ms (the way alone ${of('hopP50Ms').toFixed(3)})  early ${early}`,
  );
}

function tellRatio(key: keyof Figures, ours: readonly Figures[], name: string, peer: readonly Figures[]): void {
  const ratios = ours.map((figures, round) => figures[key] / (peer[round]?.[key] ?? NaN));
  if (ratios.some(Number.isNaN)) return;
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  console.log(`  ours / ${name}: ${key} ${median(ratios).toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`);
}

const upstream = startUpstream();
upstream.server.listen(0, '127.0.0.1');
await once(upstream.server, 'listening');
const subjects = await startSubjects((upstream.server.address() as AddressInfo).port);
const results = new Map<string, Figures[]>(subjects.map(({ name }) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  const order = round % 2 === 0 ? subjects : subjects.toReversed();
  for (const subject of order) {
    const figures = await measure(subject, upstream);
    if (round >= WARM_UP_ROUNDS) results.get(subject.name)?.push(figures);
  }
}
for (const [name, rounds] of results) tell(name, rounds);
const ours = results.get('ours') ?? [];
for (const [name, rounds] of results) {
  if (name === 'ours') continue;
  for (const key of ['cpuUs', 'perSecond', 'megabytesPerSecond', 'errorP50Ms', 'errorP99Ms'] as const) {
    tellRatio(key, ours, name, rounds);
  }
}
for (const { child } of subjects) child.kill('SIGTERM');
upstream.server.close();
