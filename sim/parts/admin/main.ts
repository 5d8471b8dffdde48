/** The reference admin's program: pages rendered from what the api answers. What it decides is in `behaviour/admin-ssr.ts`. */
import {
  adminOf,
  KEEP_ALIVE_MS,
  NOT_A_PAGE,
  USERS_PAGE,
  usersPage,
  withAdminTiming,
} from '../../behaviour/admin-ssr.ts';
import type { Admin } from '../../behaviour/admin-ssr.ts';
import { withoutQuery } from '../../behaviour/http-message.ts';
import { Tally } from '../../behaviour/tally.ts';
import { createPrng } from '../../prng.ts';
import type { AdminConfig } from '../config.ts';
import { eitherDialer } from '../connection.ts';
import { makeWorld, run, type World } from '../driver.ts';
import { Drain, listening, readRequest, sendResponse } from '../http-server.ts';
import { httpDialer } from '../http.ts';
import { httpsDialer } from '../https.ts';
import { startPart } from '../part.ts';
import { createServer, type IncomingMessage, type ServerResponse } from '../../node-http.ts';

interface Site {
  readonly instance: string;
  readonly admin: Admin;
  readonly world: World;
  readonly drain: Drain;
}
async function serve({ instance, admin, world, drain }: Site, incoming: IncomingMessage, outgoing: ServerResponse) {
  const fromMs = performance.now();
  const request = await readRequest(incoming);
  if (request === undefined) return;
  if (request.path === '/healthz')
    return sendResponse(outgoing, drain.connections.leaving({ status: 200, headers: {}, body: 'ok' }));
  if (withoutQuery(request.path) !== USERS_PAGE) return sendResponse(outgoing, drain.connections.leaving(NOT_A_PAGE));
  const tally = new Tally();
  const response = await run(usersPage(admin, request), world, undefined, tally);
  const told = withAdminTiming(response, instance, performance.now() - fromMs, tally);
  return sendResponse(outgoing, drain.connections.leaving(told));
}

await startPart<AdminConfig>(async ({ instance, listen, dns, settings, apiPort, ca, seed }) => {
  const http = eitherDialer(
    httpsDialer(ca, KEEP_ALIVE_MS, (request) => request),
    httpDialer(KEEP_ALIVE_MS),
  );
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true });
  const site: Site = {
    instance,
    admin: adminOf(settings, apiPort),
    world: makeWorld({ dns, prng: createPrng(seed), dialers: { http } }),
    drain: new Drain(server),
  };
  server.on('request', (incoming, outgoing) => void serve(site, incoming, outgoing));
  await listening(server, listen);
  return { stop: () => site.drain.finish(Infinity) };
});
