/** An HTTP/1.1 server in virtual time, with the end that `behaviour/shutdown.ts` decides. */
import type { HttpRequest } from '../../behaviour/http-message.ts';
import { ABORTED, type Forwarded } from '../../behaviour/ingress.ts';
import { Connections, NEW_COUNTS_AS_IDLE_MS } from '../../behaviour/shutdown.ts';
import type { ModelConnection, Server } from './connection.ts';
import type { World } from './driver.ts';

export interface HttpServer {
  readonly connections: Connections<ModelConnection>;
  readonly server: Server;
}

/** @param drainMs  after SIGTERM what is left then is cut off; Infinity leaves that to the kubelet's grace */
export function httpServer(
  { network, queue }: World,
  drainMs: number,
  answer: (request: HttpRequest, reply: (response: Forwarded) => void) => void,
): HttpServer {
  const connections = new Connections<ModelConnection>();
  const end = (which: readonly ModelConnection[]): void => {
    for (const one of which) network.end(one);
  };
  let drained: (() => void) | undefined;
  const finish = (): void => {
    drained?.();
    drained = undefined;
  };
  const finishIfDrained = (): void => {
    if (connections.open === 0) finish();
  };
  const server: Server = {
    handshakeTrips: 0,
    opened: (connection) => connections.opened(connection),
    closed(connection) {
      connections.ended(connection);
      finishIfDrained();
    },
    handle(connection, message, reply) {
      connections.asked(connection);
      answer(message as HttpRequest, (response) => {
        if (response === ABORTED) return network.end(connection);
        reply(connections.leaving(response));
        if (!connections.answered(connection)) network.end(connection);
      });
    },
    stop(done) {
      drained = done;
      end(connections.shutDown());
      finishIfDrained();
      queue.after(NEW_COUNTS_AS_IDLE_MS, () => end(connections.neverUsed()));
      if (drainMs !== Infinity) queue.after(drainMs, finish);
    },
  };
  return { connections, server };
}
