/** Twins that never come up, or can not go on: what is said of it, and that nothing is left. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitOf } from '../../sim/cli/exits.ts';
import { prepareRuntime } from '../../sim/cli/runtimes.ts';
import { journalTo } from '../../sim/journal.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { rehearse } from '../../sim/studies/rehearsal.ts';
import { readLoadScript } from '../../sim/traffic/script.ts';
import honeydue from '../../topology/honeydue.ts';
import { defineTopology } from '../../topology/load.ts';
import { ROOT, showsStack, temporaryFolder, urlOf } from '../cli/command.ts';
import { skipped } from '../skipped.ts';
import dead from './scenarios/dead.ts';
import { emptyIn, leftOf, tracesOf, tracesOnceUp, type Traces } from './traces.ts';

const READY_TIMEOUT_MS = 12_000;

/** A topology that asks its Redis for a web page, which Redis never serves. */
function neverReady() {
  const redis = structuredClone(honeydue.workloads['redis']);
  if (redis?.probes.readiness === undefined) throw new Error('the reference topology has no such probe');
  Object.assign(redis.probes.readiness, { ask: 'http', path: '/ready' });
  return defineTopology({ ...honeydue, workloads: { ...honeydue.workloads, redis } });
}

test('a pod that never gets Ready is named with its probe, its last log lines, and nothing is left', async () => {
  const entries: Entry[] = [];
  const runtime = await prepareRuntime('embedded', { fetch: 'no', say: () => undefined });
  // What listens in this process already is another test's.
  const { sockets: others } = tracesOf(process.pid);
  let held: Traces = { folders: [], processes: [], sockets: [], sharedFiles: [], segments: [] };
  const record = (entry: Entry): void => {
    entries.push(entry);
    if (entry.kind === 'pod' && entry.event === 'Started') held = tracesOf(process.pid);
  };
  const failure = await rehearse({
    runId: 'never-ready',
    runtime,
    topology: neverReady(),
    scenarios: [dead],
    scripts: new Map([
      ['tasks', await readLoadScript(join(ROOT, 'scenarios', 'load', 'tasks.ts'), { TOKEN_SECRET: 's' })],
    ]),
    claims: [],
    seed: 7,
    tempo: 20,
    profile: 'physical',
    rateRps: 5,
    mode: 'normal',
    parallel: 1,
    api: 'reference',
    tokenSecret: 's',
    host: { cores: 1, memoryBytes: 1, platform: 'linux-x64', node: process.version },
    startedAt: new Date(0).toISOString(),
    command: 'twin rehearse',
    journal: journalTo((entry) => record(entry as Entry)),
    sinceStartMs: () => 0,
    signal: new AbortController().signal,
    readyTimeoutMs: READY_TIMEOUT_MS,
  }).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'SIM_START_TIMEOUT',
    message: expect.stringMatching(
      /^pod "redis-1" not ready after 12000 ms: http on port 6379\/ready, last readiness probe: \w+/,
    ),
    hint: expect.stringContaining('Ready to accept connections'),
  });
  expect(exitOf('SIM_START_TIMEOUT')).toBe(5);
  expect(entries.at(-1)).toMatchObject({ kind: 'run-end', ended: 'failed' });
  expect(emptyIn(held)).toEqual([]);
  const sockets = held.sockets.filter((one) => !others.includes(one));
  expect(leftOf(process.pid, { ...held, sockets })).toEqual([]);
});

const mayMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0;
const noDisk = mayMount ? undefined : 'this host lets nobody mount one';
test.skipIf(noDisk !== undefined)(
  `a disk that fills up while users are served exits 5, named, and nothing is left${skipped(noDisk)}`,
  async () => {
    using folder = temporaryFolder();
    const swaps = { [urlOf('scenarios/redis-down.ts')]: urlOf('test/live/scenarios/dead.ts') };
    const command = `mount -t tmpfs -o size=64k tmpfs '${folder.path}' && exec "$0" "$@"`;
    const child = spawn(
      'unshare',
      [
        ...['-m', 'sh', '-c', command, process.execPath, '--import', urlOf('test/cli/swap.ts')],
        ...[join(ROOT, 'sim/cli/main.ts'), 'rehearse', '--no-fetch', '--out', folder.path],
      ],
      {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, CI: '', TWIN_TEST_SWAPS: JSON.stringify(swaps) },
      },
    );
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const closed = once(child, 'close') as Promise<[number | null]>;
    const held = await tracesOnceUp(child.pid ?? 0);
    const [code] = await closed;
    expect(err).toMatch(/journal\.jsonl can not be written: ENOSPC/);
    expect({ code, stack: showsStack(err) }).toEqual({ code: 5, stack: false });
    await expect.poll(() => leftOf(child.pid ?? 0, held), { timeout: 30_000 }).toEqual([]);
  },
);
