/**
 * The contract of docs/own-api.md held against a foreign api while nobody uses it. Pure but for what it is given: it asks,
 * and tells in words what came. What an api does not keep is no error: it says what that api can take part in.
 */
import { adminOf, rowsIn, USERS, USERS_PAGE } from '../../behaviour/admin-ssr.ts';
import { withoutQuery } from '../../behaviour/http-message.ts';
import { wrongBody } from '../../behaviour/phone.ts';
import { roleBehind } from '../../../topology/load.ts';
import type { Topology } from '../../../topology/schema.ts';
import type { Clause } from '../outside.ts';
import type { PlannedRequest } from '../contract.ts';

/** Sent straight to the api; silence is an answer too. */
export interface Question extends Pick<PlannedRequest, 'method' | 'headers' | 'body'> {
  readonly path: string;
  readonly host: string;
}
export type Came =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly error: string };
export interface Examination {
  readonly topology: Pick<Topology, 'ingress' | 'services' | 'workloads' | 'journeys'>;
  readonly ask: (question: Question) => Promise<Came>;
  /** Puts a task of the user into task_task. False where that could not be done: no Postgres, or no such table any more. */
  readonly plant: (user: number, requestId: string) => Promise<boolean>;
  /** Whether the program was seen to be connected to the address in this variable while it was asked; undefined: there is no such address. */
  readonly wasConnected: (variable: 'DATABASE_URL' | 'REDIS_URL') => boolean | undefined;
}

const LIST = '/api/tasks/';
const came = (answer: Came): string => ('error' in answer ? answer.error : String(answer.status));

/** What the api is asked by whoever plays this journey; undefined when it is asked nothing. */
function questionOf({ topology }: Examination, request: PlannedRequest): Question | undefined {
  const url = new URL(request.url);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key.toLowerCase(), value]));
  const host = headers['host'] ?? url.hostname;
  const role = roleBehind(topology, host);
  if (role === 'api') return { ...request, headers, host, path: `${url.pathname}${url.search}` };
  const settings = Object.values(topology.workloads).find((one) => one.role === 'admin')?.settings;
  return role === 'admin' && url.pathname === USERS_PAGE
    ? { method: 'GET', headers, host: adminOf(settings ?? {}).host, path: USERS }
    : undefined;
}
/** What is wrong with an answer; undefined when it serves the journey. */
function wrongWith(
  { topology }: Examination,
  request: PlannedRequest,
  asked: Question,
  answer: Came,
): string | undefined {
  if ('error' in answer || answer.status < 200 || answer.status > 399) return came(answer);
  if (asked.path === USERS && asked.path !== new URL(request.url).pathname)
    return answer.status === 200 && rowsIn(answer.body) !== undefined ? undefined : `${answer.status}, and no list`;
  const wrong = wrongBody(topology.journeys[request.journey]?.oracle ?? 'status', request, new Set(), answer.body);
  return wrong === undefined ? undefined : `${answer.status}, but ${wrong}`;
}
async function journeyClauses(own: Examination, requests: readonly PlannedRequest[]): Promise<Clause[]> {
  const clauses: Clause[] = [];
  for (const request of requests) {
    const asked = questionOf(own, request);
    if (asked === undefined) continue;
    const answer = await own.ask(asked);
    const wrong = wrongWith(own, request, asked, answer);
    const saw = `${asked.method} ${asked.path} got ${wrong ?? came(answer)}`;
    clauses.push({ clause: 'journey', journey: request.journey, kept: wrong === undefined, saw });
  }
  return clauses;
}

const listedIn = (answer: Came): readonly string[] | undefined => {
  if ('error' in answer || answer.status !== 200) return undefined;
  try {
    const rows = JSON.parse(answer.body) as unknown;
    return Array.isArray(rows)
      ? rows.map((one: { request_id?: unknown } | null) => String(one?.request_id))
      : undefined;
  } catch {
    return undefined;
  }
};

const plantedFor = (user: number): string => `u${user}-planted-0`;
const isKept = (answer: Came): boolean => !('error' in answer) && answer.headers['x-cache'] === 'HIT';
/** Of an api that lists tasks: is each user asked who he is, does he get his own tasks, those that lie in Postgres. */
async function listClauses(own: Examination, request: PlannedRequest, isMinePlanted: boolean): Promise<Clause[]> {
  const { host, headers }: Pick<Question, 'host' | 'headers'> = questionOf(own, request) ?? { host: '', headers: {} };
  const { authorization = '', ...without } = headers;
  const list = (authorized: object): Promise<Came> =>
    own.ask({ method: 'GET', path: LIST, host, headers: { ...without, ...authorized } });
  const [mine, others] = [plantedFor(request.user), plantedFor(request.user - 1)];
  const isPlanted = isMinePlanted && (await own.plant(request.user - 1, others));
  const first = await list({ authorization });
  const again = await list({ authorization });
  const nobody = await list({});
  const forged = await list({ authorization: `${authorization.slice(0, -8)}00000000` });
  const listed = listedIn(first) ?? [];
  const unasked = [
    ...(came(nobody) === '401' ? [] : [`without a token got ${came(nobody)}`]),
    ...(came(forged) === '401' ? [] : [`with a forged one got ${came(forged)}`]),
  ];
  const cache = 'error' in again ? undefined : again.headers['x-cache'];
  return [
    {
      clause: 'auth',
      kept: unasked.length === 0,
      saw: unasked.length === 0 ? 'a list without a token got 401' : `a list ${unasked.join(', ')}, not 401`,
    },
    ...(isPlanted
      ? [
          {
            clause: 'seed' as const,
            kept: listed.includes(mine),
            saw: `a task that was put into task_task is ${listed.includes(mine) ? '' : 'not '}in its user's list`,
          },
        ]
      : [{ clause: 'seed' as const, kept: false, saw: 'no task could be put into task_task' }]),
    // A list from before the other one's task was there says nothing of it.
    ...(isKept(first)
      ? []
      : [
          {
            clause: 'own tasks' as const,
            kept: !listed.includes(others),
            saw: listed.includes(others)
              ? "another user's task is in the list"
              : "a list holds its own user's tasks only",
          },
        ]),
    {
      clause: 'X-Cache',
      kept: cache !== undefined,
      saw: cache === undefined ? 'the api sends no X-Cache header' : `X-Cache: ${cache}`,
    },
  ];
}

/** @param requests  one of each journey that is played */
export async function heldAgainstContract(own: Examination, requests: readonly PlannedRequest[]): Promise<Clause[]> {
  const lists = requests.find((one) => one.method === 'GET' && withoutQuery(questionOf(own, one)?.path ?? '') === LIST);
  // Before anybody is asked for a list: an api may keep its first answer.
  const isPlanted = lists !== undefined && (await own.plant(lists.user, plantedFor(lists.user)));
  const journeys = await journeyClauses(own, requests);
  const isListed = journeys.some(({ journey, kept }) => kept && journey === lists?.journey);
  const told = isListed && lists !== undefined ? await listClauses(own, lists, isPlanted) : [];
  const isRead = told.some(({ clause, kept }) => clause === 'seed' && kept);
  const variables = (['DATABASE_URL', 'REDIS_URL'] as const).flatMap((variable): Clause[] => {
    const connected = own.wasConnected(variable);
    // Nothing is known of an api that nobody could ask for a list.
    if (connected === undefined || !isListed) return [];
    const kept = connected || (variable === 'DATABASE_URL' && isRead);
    return [{ clause: variable, kept, saw: kept ? `${variable} is read` : `no connection to ${variable} was seen` }];
  });
  return [...journeys, ...variables, ...told];
}
