import type { Chain } from './chain.ts';
import { toxicJson } from './chain.ts';
import type { Collection } from './collection.ts';
import { ApiError } from './api-error.ts';
import { parseJson } from './go-json.ts';
import type { Proxy } from './proxy.ts';

export interface Answer {
  readonly status: number;
  /** Written as JSON; absent for an empty body. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly text?: string;
  readonly contentType?: string;
}

export interface Route {
  readonly method: string;
  /** Segments in braces match any one segment; they are `answer`'s parameters, in order. */
  readonly path: string;
  /** @param body  parsed, its text, or null; see `takes` */
  answer(parameters: readonly string[], body: unknown): Answer | Promise<Answer>;
  /** What it makes of a body. Default: JSON. `nothing`: anything may stand there; `text`: it tells itself of one that is no JSON. */
  readonly takes?: 'nothing' | 'text';
}

/** The release this server stands in for. */
const VERSION = '2.12.0';

/** Toxiproxy's routes. @see toxiproxy 2.12 api.go */
export function stockRoutes(collection: Collection): readonly Route[] {
  return [
    ...proxyRoutes(collection),
    ...toxicRoutes((name) => collection.get(name).chain),
    ...serverRoutes(collection),
  ];
}

function serverRoutes(collection: Collection): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/reset',
      takes: 'nothing',
      async answer() {
        await collection.reset();
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: '/populate',
      takes: 'text',
      answer: (_parameters, text) => populate(collection, text as string),
    },
    {
      method: 'GET',
      path: '/version',
      answer: () => ({
        status: 200,
        text: `{"version": "${VERSION}"}\n`,
        contentType: 'application/json;charset=utf-8',
      }),
    },
  ];
}

/** Tells what was done, also when it failed; null where nothing was, as Go writes an empty slice. */
async function populate(collection: Collection, text: string): Promise<Answer> {
  const done: Proxy[] = [];
  const list = (): unknown => (done.length > 0 ? done.map((proxy) => proxy.toJson()) : null);
  try {
    await collection.populate(parseJson(text), done);
    return { status: 201, body: { proxies: list() } };
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 500;
    return { status, body: { error: (error as Error).message, status, proxies: list() } };
  }
}

function proxyRoutes(collection: Collection): readonly Route[] {
  const update: Route['answer'] = async ([name = ''], body) => ({
    status: 200,
    body: (await collection.update(name, body)).toJson(),
  });
  return [
    {
      method: 'GET',
      path: '/proxies',
      answer: () => ({
        status: 200,
        body: Object.fromEntries(collection.all().map((proxy) => [proxy.name, proxy.toJson()])),
      }),
    },
    {
      method: 'POST',
      path: '/proxies',
      answer: async (_parameters, body) => ({ status: 201, body: (await collection.create(body)).toJson() }),
    },
    {
      method: 'GET',
      path: '/proxies/{proxy}',
      answer: ([name = '']) => ({ status: 200, body: collection.get(name).toJson() }),
    },
    { method: 'PATCH', path: '/proxies/{proxy}', answer: update },
    { method: 'POST', path: '/proxies/{proxy}', answer: update }, // deprecated, but what toxiproxy-node-client sends
    {
      method: 'DELETE',
      path: '/proxies/{proxy}',
      async answer([name = '']) {
        await collection.remove(name);
        return { status: 204 };
      },
    },
  ];
}

function toxicRoutes(chainOf: (proxy: string) => Chain): readonly Route[] {
  const one = '/proxies/{proxy}/toxics/{toxic}';
  const update: Route['answer'] = ([proxy = '', name = ''], body) => ({
    status: 200,
    body: toxicJson(chainOf(proxy).update(name, body)),
  });
  return [
    {
      method: 'GET',
      path: '/proxies/{proxy}/toxics',
      answer: ([proxy = '']) => ({ status: 200, body: chainOf(proxy).list().map(toxicJson) }),
    },
    {
      method: 'POST',
      path: '/proxies/{proxy}/toxics',
      answer: ([proxy = ''], body) => ({ status: 200, body: toxicJson(chainOf(proxy).add(body)) }),
    },
    {
      method: 'GET',
      path: one,
      answer: ([proxy = '', name = '']) => ({ status: 200, body: toxicJson(chainOf(proxy).get(name)) }),
    },
    { method: 'PATCH', path: one, answer: update },
    { method: 'POST', path: one, answer: update },
    {
      method: 'DELETE',
      path: one,
      answer([proxy = '', name = '']) {
        chainOf(proxy).remove(name);
        return { status: 204 };
      },
    },
  ];
}
