/**
 * `npm run bench`: what is promised of speed and size, on this machine, in one run: what is compared is interleaved, the
 * first round is dropped, and the median is told with the smallest and largest. Nothing here is asserted.
 */
import { execFile } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROUNDS = 6;
const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
const env = { ...process.env, NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compile') };
const node = async (script: string, ...args: string[]): Promise<string> =>
  (await run(process.execPath, [join(ROOT, script), ...args], { env, cwd: ROOT, maxBuffer: 1e9 })).stdout;
const json = async (script: string, ...args: string[]): Promise<Record<string, number>> =>
  JSON.parse((await node(script, ...args)).trim().split('\n').at(-1) ?? '{}') as Record<string, number>;

function told(values: readonly number[], digits = 0): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): string => (sorted[index] ?? Number.NaN).toFixed(digits);
  return `${at(Math.floor(sorted.length / 2))} (${at(0)} to ${at(sorted.length - 1)})`;
}
const rounds: Record<'bare' | 'none' | 'physical', Record<string, number>[]> = { bare: [], none: [], physical: [] };
for (let round = 0; round < ROUNDS; round++) {
  const one = {
    bare: await json('test/bench/nine-servers.ts'),
    none: await json('test/bench/one-twin.ts', 'none'),
    physical: await json('test/bench/one-twin.ts', 'physical'),
  };
  if (round > 0) for (const key of ['bare', 'none', 'physical'] as const) rounds[key].push(one[key]);
}
const pick = (kind: keyof typeof rounds, key: string): number[] => rounds[kind].map((one) => one[key] ?? Number.NaN);
const ratios = pick('none', 'firstAnswerMs').map((ms, index) => ms / (pick('bare', 'upMs')[index] ?? Number.NaN));
const modelFromMs = performance.now();
await node('sim/cli/main.ts', 'rehearse', 'redis-down', '--runtime', 'model', '--json');
const modelMs = performance.now() - modelFromMs;

const rows: [string, string][] = [
  [
    'machine',
    `${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? ''}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
  ],
  ['nine bare Node servers up, ms', told(pick('bare', 'upMs'))],
  ['process start to all pods Ready, no delays, ms', told(pick('none', 'readyMs'))],
  ['… and a first answer through every hop, ms', told(pick('none', 'firstAnswerMs'))],
  ['… as a multiple of nine bare servers', told(ratios, 1)],
  ['process start to all pods Ready, physical delays, ms', told(pick('physical', 'readyMs'))],
  ['… and a first answer, ms', told(pick('physical', 'firstAnswerMs'))],
  ['down, ms', told(pick('physical', 'downMs'))],
  ['whole twin, MiB (Pss)', told(pick('physical', 'memoryBytes').map((bytes) => bytes / 2 ** 20))],
  ['whole chain without delays, cached list, p50 ms', told(pick('none', 'hitP50Ms'), 1)],
  ['… p99 ms', told(pick('none', 'hitP99Ms'), 1)],
  ['redis-down, all variants, on the model, whole command, ms', modelMs.toFixed(0)],
];
for (const [name, value] of rows) process.stdout.write(`${name.padEnd(62)} ${value}\n`);
process.stdout.write('\nlinks: node test/bench/link.ts\n');
