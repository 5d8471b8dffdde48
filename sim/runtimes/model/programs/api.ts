/** The reference api in the model: the same behaviours as `parts/api`, driven in virtual time. */
import { health, isHealthProbe } from '../../../behaviour/health.ts';
import type { HttpRequest, HttpResponse } from '../../../behaviour/http-message.ts';
import { redialBackground } from '../../../behaviour/redis-client.ts';
import { schemaRefusal } from '../../../behaviour/schema-gate.ts';
import { createTask, listTasks } from '../../../behaviour/tasks-api.ts';
import { Tally } from '../../../behaviour/tally.ts';
import { appOf, refusal, responseOf, schemaVersionOf } from '../../../behaviour/tasks-http.ts';
import { run } from '../driver.ts';
import { httpServer } from '../http-server.ts';
import { SERVICE_MS, type ModelProgram } from './program.ts';

const userOfToken = (request: HttpRequest): number | undefined => {
  const match = /^Token (\d+)\./.exec(request.headers['authorization'] ?? '');
  return match?.[1] === undefined ? undefined : Number(match[1]);
};
export const api: ModelProgram = ({ world, settings, pod, memory }) => {
  const app = appOf(settings);
  run(world, redialBackground(app.redis), () => undefined);
  const route = (request: HttpRequest, reply: (response: HttpResponse) => void): void => {
    if (isHealthProbe(request))
      return void world.queue.after(SERVICE_MS.health, () => run(world, health(app.sql, request.path), reply));
    if (request.path !== '/api/tasks/') return reply(refusal(404, 'Not Found', pod));
    const user = userOfToken(request);
    if (user === undefined) return reply(refusal(401, 'Unauthorized', pod));
    memory.request();
    const startMs = world.queue.nowMs;
    const body =
      request.method === 'POST' ? (JSON.parse(request.body ?? '{}') as { title?: string; request_id?: string }) : {};
    const program =
      request.method === 'POST' ? createTask(app, user, body.title ?? '', body.request_id ?? '') : listTasks(app, user);
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
