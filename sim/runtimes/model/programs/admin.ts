/** The reference admin in the model: the same behaviour as `parts/admin`, driven in virtual time. */
import { adminOf, NOT_A_PAGE, USERS_PAGE, usersPage, withAdminTiming } from '../../../behaviour/admin-ssr.ts';
import { withoutQuery } from '../../../behaviour/http-message.ts';
import { Tally } from '../../../behaviour/tally.ts';
import { run } from '../driver.ts';
import { httpServer } from '../http-server.ts';
import { SERVICE_MS, type ModelProgram } from './program.ts';

export const admin: ModelProgram = ({ world, settings, pod }) => {
  const state = adminOf(settings);
  return httpServer(world, Infinity, (request, reply) => {
    if (request.path === '/healthz')
      return void world.queue.after(SERVICE_MS.health, () => reply({ status: 200, headers: {}, body: 'ok' }));
    if (withoutQuery(request.path) !== USERS_PAGE) return reply(NOT_A_PAGE);
    const startMs = world.queue.nowMs;
    const tally = new Tally();
    world.queue.after(SERVICE_MS.admin, () =>
      run(
        world,
        usersPage(state, request),
        (page) => reply(withAdminTiming(page, pod, world.queue.nowMs - startMs, tally)),
        tally,
      ),
    );
  }).server;
};
