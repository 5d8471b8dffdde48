/** The reference api in the model: the same behaviours as `parts/api`, driven in virtual time. */
import { health, isHealthProbe } from '../../../behaviour/health.ts';
import { withoutQuery, type HttpRequest, type HttpResponse } from '../../../behaviour/http-message.ts';
import {
  mediaOf,
  mediaResponse,
  mediaRoute,
  servePhoto,
  uploadPhoto,
  type MediaAnswer,
} from '../../../behaviour/media-api.ts';
import { redialBackground } from '../../../behaviour/redis-client.ts';
import { schemaRefusal } from '../../../behaviour/schema-gate.ts';
import { staticFile } from '../../../behaviour/static-files.ts';
import { createTask, listTasks, listUsers } from '../../../behaviour/tasks-api.ts';
import { Tally } from '../../../behaviour/tally.ts';
import { appOf, refusal, responseOf, schemaVersionOf } from '../../../behaviour/tasks-http.ts';
import type { Topology } from '../../../../topology/schema.ts';
import { run } from '../driver.ts';
import { httpServer } from '../http-server.ts';
import { SERVICE_MS, type ModelProgram } from './program.ts';

const userOfToken = (request: HttpRequest): number | undefined => {
  const match = /^Token (\d+)\./.exec(request.headers['authorization'] ?? '');
  return match?.[1] === undefined ? undefined : Number(match[1]);
};
/** A topology may be played without it, where no journey asks for photos. */
const hasObjectStore = ({ externals }: Topology): boolean =>
  Object.values(externals).some((one) => one.role === 'object-store');

export const api: ModelProgram = ({ world, topology, settings, pod, memory }) => {
  const app = appOf(settings);
  const media = hasObjectStore(topology) ? mediaOf(settings) : undefined;
  run(world, redialBackground(app.redis), () => undefined);
  const route = (request: HttpRequest, reply: (response: HttpResponse) => void): void => {
    if (isHealthProbe(request))
      return void world.queue.after(SERVICE_MS.health, () => run(world, health(app.sql, request.path), reply));
    const wanted = mediaRoute(request.path);
    if (media !== undefined && wanted !== undefined) {
      if ('upload' in wanted && userOfToken(request) === undefined) return reply(refusal(401, 'Unauthorized', pod));
      const { 'x-request-id': id = '', 'if-none-match': known } = request.headers;
      const photo =
        'upload' in wanted ? uploadPhoto(media, id, request.body ?? '') : servePhoto(media, wanted.key, known);
      const startMs = world.queue.nowMs;
      const tally = new Tally();
      const answered = (answer: MediaAnswer): void =>
        reply(mediaResponse(answer, pod, world.queue.nowMs - startMs, tally));
      return void world.queue.after(SERVICE_MS.api, () => run(world, photo, answered, tally));
    }
    const file = staticFile(request, settings, pod, SERVICE_MS.api);
    if (file !== undefined) return void world.queue.after(SERVICE_MS.api, () => reply(file));
    const path = withoutQuery(request.path);
    const isAdmin = path === '/api/admin/users/';
    if (path !== '/api/tasks/' && !isAdmin) return reply(refusal(404, 'Not Found', pod));
    const user = userOfToken(request);
    if (user === undefined) return reply(refusal(401, 'Unauthorized', pod));
    memory.request();
    const startMs = world.queue.nowMs;
    const body =
      request.method === 'POST' ? (JSON.parse(request.body ?? '{}') as { title?: string; request_id?: string }) : {};
    const program = isAdmin
      ? listUsers(app)
      : request.method === 'POST'
        ? createTask(app, user, body.title ?? '', body.request_id ?? '')
        : listTasks(app, user);
    const tally = new Tally();
    world.queue.after(SERVICE_MS.api, () =>
      run(world, program, (answer) => reply(responseOf(answer, pod, world.queue.nowMs - startMs, tally)), tally),
    );
  };
  return {
    ...httpServer(world, Infinity, route).server,
    gate: (done) => run(world, schemaRefusal(app.sql, schemaVersionOf(settings)), done),
  };
};
