/** The contract of docs/own-api.md held against apis written down here, each of which keeps all of it but for one thing. */
import { expect, test } from 'vitest';
import honeydue from '../../../topology/honeydue.ts';
import type { Clause } from '../../../sim/runtimes/outside.ts';
import type { PlannedRequest } from '../../../sim/runtimes/contract.ts';
import { heldAgainstContract, type Came, type Question } from '../../../sim/runtimes/embedded/own-api-contract.ts';
import { oneOfEach } from '../../../sim/traffic/plan.ts';
import { readLoadScript } from '../../../sim/traffic/script.ts';

const requestsOf = async (load: string): Promise<PlannedRequest[]> =>
  oneOfEach(await readLoadScript(`${import.meta.dirname}/../../../scenarios/load/${load}.ts`, { TOKEN_SECRET: 's' }));

const answered = (status: number, body: unknown, headers = {}): Came => ({
  status,
  headers,
  body: JSON.stringify(body),
});
interface Twist {
  /** Who a request's token says that he is; undefined: nobody. */
  readonly userOf?: (authorization: string) => number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly sees?: (user: number) => readonly number[];
  readonly connected?: readonly string[];
  readonly path?: string;
  /** Each user gets his first list again and again, as from a cache. */
  readonly keepsFirst?: true;
  /** Takes the paths that were asked for. */
  readonly asked?: string[];
  /** What the load's URLs end in. */
  readonly query?: string;
}
async function clausesOf(load: string, twist: Twist = {}): Promise<readonly Clause[]> {
  const requests = (await requestsOf(load)).map((one) => ({ ...one, url: `${one.url}${twist.query ?? ''}` }));
  const tasks = new Map<string, number>();
  const first = new Map<number, { request_id: string }[]>();
  const { asked = [] } = twist;
  const tokens = requests.map((one) => one.headers['Authorization']);
  const { userOf = (token) => (tokens.includes(token) ? Number(/\d+/.exec(token)?.[0]) : undefined) } = twist;
  const { sees = (user) => [user], connected = ['DATABASE_URL', 'REDIS_URL'], headers = { 'x-cache': 'MISS' } } = twist;
  const ask = ({ method, path, headers: sent, body }: Question): Promise<Came> => {
    const user = userOf(sent['authorization'] ?? '');
    asked.push(path);
    if (path.split('?')[0] !== (twist.path ?? '/api/tasks/')) return Promise.resolve(answered(404, {}));
    if (user === undefined) return Promise.resolve(answered(401, {}));
    if (method === 'POST') return Promise.resolve(answered(201, JSON.parse(body ?? '')));
    const own = [...tasks].filter(([, owner]) => sees(user).includes(owner)).map(([id]) => ({ request_id: id }));
    const listed = (twist.keepsFirst && first.get(user)) ?? own;
    first.set(user, listed);
    return Promise.resolve(answered(200, listed, headers));
  };
  return heldAgainstContract(
    {
      topology: honeydue,
      ask,
      plant: (user, id) => Promise.resolve(tasks.set(id, user).size > 0),
      wasConnected: (variable) => connected.includes(variable),
    },
    requests,
  );
}
const unkept = async (load: string, twist?: Twist): Promise<string[]> =>
  (await clausesOf(load, twist)).flatMap(({ clause, kept, saw }) => (kept ? [] : [`${clause}: ${saw}`]));

test('an api that keeps all of it is told each clause as kept', async () => {
  const clauses = await clausesOf('tasks');
  expect(clauses.filter((one) => one.kept).map((one) => one.journey ?? one.clause)).toEqual([
    'listTasks',
    'createTask',
    'DATABASE_URL',
    'REDIS_URL',
    'auth',
    'seed',
    'own tasks',
    'X-Cache',
  ]);
  expect(clauses.filter((one) => !one.kept)).toEqual([]);
});
test.each<[string, Twist, string[]]>([
  [
    'reads no DATABASE_URL',
    { sees: () => [], connected: ['REDIS_URL'] },
    [
      'DATABASE_URL: no connection to DATABASE_URL was seen',
      "seed: a task that was put into task_task is not in its user's list",
    ],
  ],
  [
    'connects to Postgres for each request alone, too short to be seen: its list shows that it does',
    { connected: ['REDIS_URL'] },
    [],
  ],
  ['reads no REDIS_URL', { connected: ['DATABASE_URL'] }, ['REDIS_URL: no connection to REDIS_URL was seen']],
  [
    'lets everybody in',
    { userOf: () => 9_998 },
    ['auth: a list without a token got 200, with a forged one got 200, not 401'],
  ],
  [
    'does not look at the signature',
    { userOf: (token) => (token === '' ? undefined : 9_998) },
    ['auth: a list with a forged one got 200, not 401'],
  ],
  ["shows another user's tasks", { sees: () => [9_997, 9_998] }, ["own tasks: another user's task is in the list"]],
  ['sends no X-Cache', { headers: {} }, ['X-Cache: the api sends no X-Cache header']],
])('an api that %s', async (_, twist, told) => {
  expect(await unkept('tasks', twist)).toEqual(told);
});
test("each journey is asked for with its query, the list that holds all of a user's tasks without", async () => {
  const asked: string[] = [];
  expect(await unkept('tasks', { asked, query: '?page=2' })).toEqual([]);
  expect([...new Set(asked)]).toEqual(['/api/tasks/?page=2', '/api/tasks/']);
});
test('an api that refuses its users serves no journey, and nothing more is asked of it', async () => {
  expect(await unkept('tasks', { userOf: () => undefined })).toEqual([
    'journey: GET /api/tasks/ got 401',
    'journey: POST /api/tasks/ got 401',
  ]);
});
test.each([
  ['site', ['journey: GET / got 404', 'journey: GET /css/a.css got 404']],
  ['admin', ['journey: GET /api/admin/users/ got 404']],
])('journeys of the load "%s" that it does not serve are named by their paths', async (load, told) => {
  expect(await unkept(load)).toEqual(told);
});
test('a path that answers with something else is not served', async () => {
  expect(await unkept('site', { path: '/', userOf: () => 1 })).toEqual([
    'journey: GET / got 200, but the body is no file of the site',
    'journey: GET /css/a.css got 404',
  ]);
});

test('an api that keeps a user’s first list is found to read the seed where nobody makes a task in between; of others’ tasks it says nothing', async () => {
  const kept = (clauses: readonly Clause[]) =>
    Object.fromEntries(
      clauses.filter(({ clause }) => /seed|own tasks/.test(clause)).map((one) => [one.clause, one.kept]),
    );
  const headers = { 'x-cache': 'HIT' };
  expect(kept(await clausesOf('direct', { keepsFirst: true, headers }))).toEqual({ seed: true });
  expect(kept(await clausesOf('direct'))).toEqual({ seed: true, 'own tasks': true });
});
