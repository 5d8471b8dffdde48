/** One HTTP/1.1 request on a connection of its own. */
import { request as httpRequest } from 'node:http';
import { headersOf } from '../../sim/behaviour/http-message.ts';
import type { HostPort } from '../../sim/parts/config.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export function request(
  at: HostPort,
  options: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Answer> {
  const { method = 'GET', path = '/api/tasks/', headers = {}, body } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = httpRequest({ ...at, method, path, headers: { ...headers }, agent: false }, (incoming) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    incoming.on('end', () =>
      resolve({ status: incoming.statusCode ?? 0, headers: headersOf(incoming.headers), body: text }),
    );
    incoming.on('error', reject);
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}
