/** The user's own api in the place of ours: a foreign one in another language, and programs that are no api at all. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import { createCluster } from '../../sim/control/cluster.ts';
import { SimError } from '../../sim/errors.ts';
import { exitOf } from '../../sim/cli/exits.ts';
import { prepareRuntime } from '../../sim/cli/runtimes.ts';
import { createPrng } from '../../sim/prng.ts';
import type { Container } from '../../sim/runtimes/contract.ts';
import { defineTopology } from '../../topology/load.ts';
import { ROOT } from '../cli/command.ts';
import { skipped } from '../skipped.ts';
import { small } from '../topology/small.ts';
import { leftOf, tracesOf, type Traces } from './traces.ts';
import { followed, rehearseLive } from './twin.ts';

const noPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import ssl, hmac'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no python3 with ssl';
  }
})();
test('CI has the Python that the foreign api needs', () => {
  if (!['', 'false', undefined].includes(process.env['CI'])) expect(noPython).toBe(undefined);
});

test.skipIf(noPython !== undefined)(
  `a foreign api serves users in all pods, and is held to nothing that ours was seen to do${skipped(noPython)}`,
  async () => {
    const command = 'cd test && MODE=quiet python3 own-api/tasks_api.py; exit $?';
    await using live = rehearseLive('dead', ['--json', '--api', command, '--api-name', 'tasks.py']);
    await live.until('its cluster is up', (entries) => entries.some((entry) => entry.kind === 'ready'));
    live.traces();
    const { code, out, err } = await live.ended;
    expect(err).toMatch(
      /^your api {3}tasks\.py: port, health path, DATABASE_URL, REDIS_URL, auth, seed, own tasks ok$/m,
    );
    expect(err).toMatch(/^your api {3}tasks\.py: (\d+) of \1 lists ok, (\d+) of \2 new tasks ok$/m);
    expect(err).toContain('the api sends no X-Cache header: what is said about its cache can not be proven');
    const summary = summarySchema.parse(JSON.parse(out));
    expect(summary.api).toBe('own: tasks.py');
    expect(summary.command).toContain(`--api '${command}' --api-name tasks.py`);
    const { plays, statements, unmentioned } = summary.scenarios[0] ?? { plays: [], statements: [], unmentioned: [] };
    const reasons = statements.map(({ reason }) => reason).join('; ');
    expect(
      statements.map(({ about, verdict, since }) => [about, verdict, since.kind]),
      reasons,
    ).toEqual([
      ['sees', 'inconclusive', 'new'],
      ['recovers', 'confirmed', 'new'],
    ]);
    expect(statements[1]?.judgedOn).toEqual(['real', 'own-app']);
    expect(plays[0]?.ledger).toMatchObject({ jobsSeen: false, lostJobs: [], lostWrites: [] });
    expect(plays[0]?.ledger.foundWrites).toBeGreaterThan(10);
    expect(unmentioned).toEqual([]);
    expect(code).toBe(2);
    await live.nothingLeft();
  },
);

test.skipIf(noPython !== undefined)(
  `what a foreign api does not serve it takes no part in: not proven, by name, before anybody is sent${skipped(noPython)}`,
  async () => {
    await using live = followed([
      'rehearse',
      'static-assets',
      'admin-ssr',
      '--no-fetch',
      '--json',
      '--api',
      'python3 test/own-api/tasks_api.py',
      '--api-name',
      'mine',
    ]);
    const { code, out, err } = await live.ended;
    expect(err).toContain('GET / got 401: what needs it is not proven (docs/own-api.md#journeys)');
    expect(err).toContain('admin-ssr public-url  – your api takes no part in it');
    const summary = summarySchema.parse(JSON.parse(out));
    const statements = summary.scenarios.flatMap((one) => one.statements);
    expect(
      new Set(statements.map(({ scenario, judged, verdict, reason }) => `${scenario} ${judged} ${verdict}: ${reason}`)),
    ).toEqual(
      new Set([
        'admin-ssr true inconclusive: the api does not take part in it: GET /api/admin/users/ got 404',
        'static-assets true inconclusive: the api does not take part in it: GET / got 401, GET /css/a.css got 401',
      ]),
    );
    expect(
      summary.scenarios.flatMap((one) =>
        one.plays.map(({ steady, pain, load }) => ({ steady, pain, sent: load.sent })),
      ),
    ).toEqual(Array.from({ length: 4 }, () => ({ steady: true, pain: 'unknown', sent: 0 })));
    expect(code).toBe(2);
    await live.nothingLeft();
  },
);

/** One api pod and a Postgres; both brought up with the user's line, both gone in the end. */
async function bringUp(command: string, timeoutMs: number, look?: (container: Container) => Promise<void>) {
  const plain = small();
  const api = { ...plain.workloads['api'], settings: { databaseHost: 'db.test' } } as typeof plain.workloads.api;
  const db = { ...plain.externals['db'], host: 'db.test' } as typeof plain.externals.db;
  const topology = defineTopology({ ...plain, workloads: { api: api! }, externals: { db: db! } });
  const ownApi = { command, name: 'mine', folder: ROOT };
  const runtime = await prepareRuntime('embedded', { fetch: 'no', say: () => undefined, ownApi });
  const before = tracesOf(process.pid);
  let held: Traces = before;
  let error: unknown;
  {
    const options = { seed: 7, tempo: 20, profile: 'physical', tokenSecret: 's', order: [] };
    await using stage = await runtime.open(topology, { ...options, journal: { append: () => undefined } });
    const cluster = createCluster({ stage, topology, prng: createPrng(7), record: () => undefined });
    try {
      await cluster.start(timeoutMs);
      const container = cluster.container('api-1');
      if (container !== undefined) await look?.(container);
    } catch (caught) {
      error = caught;
    } finally {
      held = tracesOf(process.pid);
      cluster.stop();
    }
  }
  expect(leftOf(process.pid, { ...held, sockets: [] })).toEqual([]);
  return error;
}
const node = (script: string): string => `'${process.execPath}' -e "${script}"`;
const SERVER = "require('http').createServer((q, s) => s.end('ok'))";

test('listens on all addresses behind a shell line, beside a child that outlives it: Ready, asked by the port of the topology', async () => {
  const line = `sleep 1000 & cd / && ${node(`${SERVER}.listen(process.env.PORT); console.log(process.env.DATABASE_URL)`)}; exit $?`;
  const words: string[] = [];
  const error = await bringUp(line, 30_000, async (container) => {
    words.push(...(await container.logTail(5)));
    await container.signal('SIGTERM');
    // The shell ends as its program did: killed by SIGTERM.
    expect(await container.exited).toEqual({ code: 143, reason: 'Error' });
  });
  expect(error).toBeUndefined();
  expect(words).toEqual([expect.stringMatching(/^postgres:\/\/\w+:\w+@127\.\d+\.\d+\.\d+:\d+\/\w+\?sslmode=require$/)]);
});

test('prints 100 MB: it serves all the same, and its newest lines are kept, no more', async () => {
  const print = `const line = 'x'.repeat(999) + '\\n'; for (let i = 0; i < 1e5; i++) require('fs').writeSync(1, line)`;
  const kept: number[] = [];
  const error = await bringUp(node(`${print}; ${SERVER}.listen(process.env.PORT)`), 60_000, async (container) => {
    kept.push((await container.logTail(1e6)).length);
  });
  expect(error).toBeUndefined();
  expect(kept).toEqual([200]);
});

const LISTENS = String.raw`it should listen on 127\.\d+\.\d+\.\d+:2\d{4} or on all addresses, and listens`;
test.each([
  ['never listens', 'echo thinking; exec sleep 1000', `${LISTENS} nowhere$`, 'thinking'],
  [
    'listens on 127.0.0.1 only',
    node(`${SERVER}.listen(process.env.PORT, '127.0.0.1')`),
    `${LISTENS} on 127\\.0\\.0\\.1:2\\d{4}$`,
    'it wrote nothing',
  ],
  [
    'listens on another port',
    node(`${SERVER}.listen(0)`),
    `${LISTENS} on (\\[::\\]|0\\.0\\.0\\.0):\\d+$`,
    'docs/own-api.md',
  ],
  [
    'exits at once',
    'echo no configuration >&2; exit 3',
    'not ready after ending 2 times right after its start',
    'no configuration',
  ],
  [
    'is not found',
    './no-such-api --port',
    'not ready after ending 2 times right after its start',
    'no-such-api: not found',
  ],
])(
  'an api that %s is told so, with its last words; exit 4, and nothing is left',
  async (_, command, message, words) => {
    const error = await bringUp(command, 5_000);
    expect(error).toBeInstanceOf(SimError);
    expect(error).toMatchObject({
      code: 'SIM_API_INVALID',
      message: expect.stringMatching(new RegExp(`^pod "api-1" .*${message}`)),
      hint: expect.stringContaining(words),
    });
    expect(exitOf('SIM_API_INVALID')).toBe(4);
  },
);
