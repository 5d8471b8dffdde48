/**
 * One embedded twin from process start to a first answer through every hop, some requests, and down again; prints one
 * JSON line. `node test/bench/one-twin.ts [profile]`; profile `none` takes all delays away.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCluster } from '../../sim/control/cluster.ts';
import { createPrng } from '../../sim/prng.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import { embedded } from '../../sim/runtimes/embedded/runtime.ts';
import { findRedis } from '../../sim/runtimes/embedded/redis.ts';
import { planRequests } from '../../sim/traffic/plan.ts';
import { readLoadScript } from '../../sim/traffic/script.ts';
import honeydue from '../../topology/honeydue.ts';
import { neededBy } from '../../topology/needed.ts';

const profile = process.argv[2] ?? 'physical';
const root = join(import.meta.dirname, '..', '..');
const sinceStartMs = (): number => performance.now();
const none = { rttMs: 0, jitterMs: 0, distribution: 'uniform', source: 'bench: no delay' } as const;
const needed = neededBy(honeydue, Object.keys(honeydue.journeys));
const topology = {
  ...needed,
  links: Object.fromEntries(
    Object.entries(needed.links).map(([id, link]) => [id, { ...link, profiles: { ...link.profiles, none } }]),
  ),
};

const cacheFolder = join(root, '.cache');
const redis = await findRedis({ cacheFolder, fetch: 'yes', say: () => undefined });
const stage = await embedded({ redis, cacheFolder }).open(topology, {
  seed: 7,
  tempo: 20,
  profile,
  tokenSecret: 'bench',
  order: [],
  journal: { append: () => undefined },
});
const openMs = sinceStartMs();
const cluster = createCluster({ stage, topology, prng: createPrng(7), record: () => undefined });
await cluster.start(30_000);
const readyMs = sinceStartMs();

const script = await readLoadScript(join(root, 'scenarios', 'load', 'tasks.ts'), { TOKEN_SECRET: 'bench' });
const plan = planRequests(script, { prng: createPrng(7), rateRps: 40, population: 61, untilMs: 6_000 });
const outcomes: Outcome[] = [];
let firstAnswerMs = Number.NaN;
const run = await stage.traffic.drive({ seed: 7, requests: plan }, (outcome) => {
  outcomes.push(outcome);
  // A first answer is a right one.
  if (outcome.end === 'ok' && Number.isNaN(firstAnswerMs)) firstAnswerMs = sinceStartMs();
});
await run.done;
const hits = outcomes.filter((outcome) => outcome.end === 'ok' && outcome.evidence.headers['x-cache'] === 'HIT');
const took = hits.map((outcome) => outcome.tookMs).toSorted((a, b) => a - b);

/** Resident memory of this process and all below it, shared pages counted once by Pss. */
function residentBytes(): number {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          return [
            [Number(pid), Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])] as const,
          ];
        } catch {
          return [];
        }
      }),
  );
  const isOurs = (pid: number): boolean => pid === process.pid || (parents.has(pid) && isOurs(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isOurs).reduce((sum, pid) => {
    try {
      return sum + 1_024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      return sum;
    }
  }, 0);
}
const memoryBytes = residentBytes();
cluster.stop();
const downFromMs = performance.now();
await stage[Symbol.asyncDispose]();
const downMs = performance.now() - downFromMs;
const at = (share: number): number => took[Math.floor(took.length * share)] ?? Number.NaN;
process.stdout.write(
  `${JSON.stringify({ openMs, readyMs, firstAnswerMs, downMs, memoryBytes, hits: took.length, hitP50Ms: at(0.5), hitP99Ms: at(0.99) })}\n`,
);
process.exit(0);
