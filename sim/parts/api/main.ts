/** The reference api's program: the book's task routes over real Postgres and Redis clients. What it decides is in `behaviour/tasks-api.ts`. */
import type { Program } from '../../behaviour/effects.ts';
import { health, isHealthProbe } from '../../behaviour/health.ts';
import { withoutQuery, type HttpRequest, type HttpResponse } from '../../behaviour/http-message.ts';
import {
  mediaOf,
  mediaResponse,
  mediaRoute,
  servePhoto,
  uploadPhoto,
  type Media,
  type MediaAnswer,
} from '../../behaviour/media-api.ts';
import { redialBackground } from '../../behaviour/redis-client.ts';
import { schemaRefusal } from '../../behaviour/schema-gate.ts';
import { staticFile } from '../../behaviour/static-files.ts';
import { Tally } from '../../behaviour/tally.ts';
import { createTask, listTasks, listUsers, STATEMENTS, type App, type AppResponse } from '../../behaviour/tasks-api.ts';
import { appOf, refusal, responseOf, schemaVersionOf } from '../../behaviour/tasks-http.ts';
import { createPrng } from '../../prng.ts';
import type { ApiConfig } from '../config.ts';
import { Ballast } from '../ballast.ts';
import { makeWorld, run, type World } from '../driver.ts';
import { Drain, GO_REQUEST_HEADER_BYTES, listening, readRequest, sendResponse } from '../http-server.ts';
import { startPart } from '../part.ts';
import { postgresDialer } from '../postgres.ts';
import { redisDialer } from '../redis.ts';
import { objectStoreDialer } from './object-store.ts';
import { userOfHeader } from './token.ts';
import { createServer, type IncomingMessage, type ServerResponse } from '../../node-http.ts';

interface Api {
  readonly config: ApiConfig;
  readonly app: App;
  /** Absent where the api was given no object store. */
  readonly media: Media | undefined;
  readonly world: World;
  readonly ballast: Ballast;
}

const TASKS = '/api/tasks/';
const ADMIN_USERS = '/api/admin/users/';

/** The route's program, or the answer where none is needed. */
function route({ config, app }: Api, request: HttpRequest): Program<AppResponse> | HttpResponse {
  const path = withoutQuery(request.path);
  if (path !== TASKS && path !== ADMIN_USERS) return refusal(404, 'Not Found', config.instance);
  const user = userOfHeader(request.headers['authorization'], config.tokenSecret);
  if (user === undefined) return refusal(401, 'Unauthorized', config.instance);
  if (path === ADMIN_USERS)
    return request.method === 'GET' ? listUsers(app) : refusal(405, 'Method Not Allowed', config.instance);
  if (request.method === 'GET') return listTasks(app, user);
  if (request.method !== 'POST') return refusal(405, 'Method Not Allowed', config.instance);
  const task = taskOf(request);
  return task === undefined
    ? refusal(400, 'Bad Request', config.instance)
    : createTask(app, user, task.title, task.requestId);
}

/** Title and request id; the body's id wins over the header's. */
function taskOf(request: HttpRequest): { readonly title: string; readonly requestId: string } | undefined {
  try {
    const { title, request_id: id } = JSON.parse(request.body ?? '') as { title?: unknown; request_id?: unknown };
    const requestId = id ?? request.headers['x-request-id'];
    return typeof title === 'string' && typeof requestId === 'string' && requestId !== ''
      ? { title, requestId }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The photos' program, or the answer where none is needed; undefined for another route. */
function routeMedia({ config, media }: Api, request: HttpRequest): Program<MediaAnswer> | HttpResponse | undefined {
  const wanted = mediaRoute(request.path);
  if (media === undefined || wanted === undefined) return undefined;
  const { method, headers, body } = request;
  const isUpload = 'upload' in wanted;
  if (isUpload && userOfHeader(headers['authorization'], config.tokenSecret) === undefined)
    return refusal(401, 'Unauthorized', config.instance);
  if (method !== (isUpload ? 'POST' : 'GET')) return refusal(405, 'Method Not Allowed', config.instance);
  if (!isUpload) return servePhoto(media, wanted.key, headers['if-none-match']);
  const requestId = headers['x-request-id'];
  return requestId === undefined || body === undefined
    ? refusal(400, 'Bad Request', config.instance)
    : uploadPhoto(media, requestId, body);
}

async function answered(api: Api, request: HttpRequest, fromMs: number): Promise<HttpResponse> {
  const tally = new Tally();
  const { instance } = api.config;
  const photo = routeMedia(api, request);
  if (photo !== undefined) {
    if ('status' in photo) return photo;
    const answer = await run(photo, api.world, undefined, tally);
    return mediaResponse(answer, instance, performance.now() - fromMs, tally);
  }
  const file = staticFile(request, api.config.settings, instance, performance.now() - fromMs);
  if (file !== undefined) return file;
  const routed = route(api, request);
  if ('status' in routed) return routed;
  api.ballast.request();
  // A client that leaves does not stop its request: what was begun is finished.
  return responseOf(await run(routed, api.world, undefined, tally), instance, performance.now() - fromMs, tally);
}

async function serve(api: Api, drain: Drain, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const fromMs = performance.now();
  const request = await readRequest(incoming);
  if (request === undefined) return;
  if (isHealthProbe(request)) {
    const answer = await run(health(api.app.sql, request.path), api.world);
    return sendResponse(outgoing, drain.connections.leaving(answer));
  }
  const response = await answered(api, request, fromMs);
  sendResponse(outgoing, drain.connections.leaving(response));
}

/** Go's ReadTimeout and IdleTimeout are unset in Echo: Node's own limits are switched off, or Go's. */
const LIMITS = {
  keepAliveTimeout: 0,
  requestTimeout: 0,
  headersTimeout: 0,
  maxHeaderSize: GO_REQUEST_HEADER_BYTES,
  noDelay: true,
} as const;

await startPart<ApiConfig>(async (config) => {
  const { database, redis, settings } = config;
  // Names come from the settings and are resolved; ports are those that can really be dialled here.
  const app = appOf({
    databaseHost: database.host,
    redisHost: redis.host,
    ...settings,
    databasePort: database.port,
    redisPort: redis.port,
  });
  const { objectStore } = config;
  const media = objectStore && mediaOf({ ...settings, objectStorePort: objectStore.port });
  const dialers = {
    postgres: postgresDialer(database, STATEMENTS),
    redis: redisDialer(),
    ...(objectStore === undefined ? {} : { http: objectStoreDialer(objectStore) }),
  };
  const world = makeWorld({ dns: config.dns, prng: createPrng(config.seed), dialers });
  const refused = await run(schemaRefusal(app.sql, schemaVersionOf(settings)), world);
  if (refused !== undefined) throw new Error(refused);
  const server = createServer(LIMITS);
  const drain = new Drain(server);
  const ballast = new Ballast();
  server.on(
    'request',
    (incoming, outgoing) => void serve({ config, app, media, world, ballast }, drain, incoming, outgoing),
  );
  await listening(server, config.listen);
  void run(redialBackground(app.redis), world);
  return { stop: () => drain.finish(Infinity), message: (message) => ballast.obey(message) };
});
