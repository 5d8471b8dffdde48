/**
 * The extensions' part of the API, all under /twin; a client of stock Toxiproxy never meets it.
 *
 *   GET  /twin/entries                     {proxy: "open" | "refuse" | "drop"}
 *   POST /twin/entries                     {proxy: state, …}: many at once; answers as GET, once all are in force
 *   GET  /twin/entries/{proxy}             {"state"}
 *   PUT  /twin/entries/{proxy}             {"state"}; answers once it is in force
 *   POST /twin/connections/{proxy}/reset   RST on both sides of every open connection: {"reset": n}
 *   POST /twin/connections/{proxy}/stray   RST to each open connection whose client sends, or has sent what is held: 204
 *   PUT  /twin/upstreams/{proxy}           {"upstream"}: for connections that are made from now on: 204
 *   GET  /twin/udp                         list of forwarders
 *   POST /twin/udp                         [{name, listen, upstream}]: 201, list of those created
 *   PUT  /twin/udp/{name}                  {"state", "delay_us"?}
 *   DELETE /twin/udp/{name}                204
 */
import { ApiError, badBody, missingField } from './api-error.ts';
import type { Collection } from './collection.ts';
import type { Deadlines } from './deadlines.ts';
import type { EntryState } from './entry.ts';
import { fieldsOf, listOf, optional, type JsonObject } from './go-json.ts';
import type { Route } from './routes.ts';
import { UdpForwarder } from './udp.ts';

const STATES: readonly string[] = ['open', 'refuse', 'drop'] satisfies EntryState[];

export function twinRoutes(
  collection: Collection,
  udp: Map<string, UdpForwarder>,
  deadlines: Deadlines,
): readonly Route[] {
  return [...entryRoutes(collection), ...udpRoutes(udp, deadlines)];
}

function entryRoutes(collection: Collection): readonly Route[] {
  const states = (): object => Object.fromEntries(collection.all().map(({ name, entry }) => [name, entry.state]));
  return [
    { method: 'GET', path: '/twin/entries', answer: () => ({ status: 200, body: states() }) },
    {
      method: 'POST',
      path: '/twin/entries',
      async answer(_parameters, body) {
        // Names of proxies keep their case, other than keys of Toxiproxy's own bodies.
        fieldsOf(body, 'map[string]string');
        await collection.setEntries(new Map(Object.entries(body ?? {}).map(([name, state]) => [name, asState(state)])));
        return { status: 200, body: states() };
      },
    },
    {
      method: 'GET',
      path: '/twin/entries/{proxy}',
      answer: ([name = '']) => ({ status: 200, body: { state: collection.get(name).entry.state } }),
    },
    {
      method: 'PUT',
      path: '/twin/entries/{proxy}',
      async answer([name = ''], body) {
        const state = asState(fieldsOf(body, 'entry').get('state'));
        await collection.setEntries(new Map([[name, state]]));
        return { status: 200, body: { state } };
      },
    },
    {
      method: 'POST',
      path: '/twin/connections/{proxy}/reset',
      takes: 'nothing',
      answer: ([name = '']) => ({ status: 200, body: { reset: collection.get(name).resetConnections() } }),
    },
    {
      method: 'POST',
      path: '/twin/connections/{proxy}/stray',
      takes: 'nothing',
      answer([name = '']) {
        collection.get(name).strayConnections();
        return { status: 204 };
      },
    },
    {
      method: 'PUT',
      path: '/twin/upstreams/{proxy}',
      answer([name = ''], body) {
        const upstream = optional(fieldsOf(body, 'proxy'), 'upstream', 'string', 'proxy');
        if (!upstream) throw missingField('upstream');
        collection.get(name).upstream = upstream;
        return { status: 204 };
      },
    },
  ];
}

function udpRoutes(udp: Map<string, UdpForwarder>, deadlines: Deadlines): readonly Route[] {
  const get = (name: string): UdpForwarder => {
    const forwarder = udp.get(name);
    if (!forwarder) throw new ApiError('udp forwarder not found', 404);
    return forwarder;
  };
  return [
    {
      method: 'GET',
      path: '/twin/udp',
      answer: () => ({ status: 200, body: [...udp.values()].map((one) => one.toJson()) }),
    },
    {
      method: 'POST',
      path: '/twin/udp',
      async answer(_parameters, body) {
        const created: UdpForwarder[] = [];
        for (const entry of listOf(body, '[]udp')) {
          const forwarder = readForwarder(fieldsOf(entry, 'udp'), deadlines);
          if (udp.has(forwarder.name)) throw new ApiError('udp forwarder already exists', 409);
          await forwarder.start();
          udp.set(forwarder.name, forwarder);
          created.push(forwarder);
        }
        return { status: 201, body: created.map((one) => one.toJson()) };
      },
    },
    {
      method: 'PUT',
      path: '/twin/udp/{name}',
      async answer([name = ''], body) {
        const forwarder = get(name);
        const fields = fieldsOf(body, 'udp');
        const state = fields.has('state') ? asState(fields.get('state')) : forwarder.state;
        await forwarder.set(state, optional(fields, 'delay_us', 'int64', 'udp') ?? forwarder.delayUs);
        return { status: 200, body: forwarder.toJson() };
      },
    },
    {
      method: 'DELETE',
      path: '/twin/udp/{name}',
      answer([name = '']) {
        get(name).close();
        udp.delete(name);
        return { status: 204 };
      },
    },
  ];
}

function readForwarder(fields: JsonObject, deadlines: Deadlines): UdpForwarder {
  const text = (field: string): string => {
    const value = optional(fields, field, 'string', 'udp');
    if (!value) throw missingField(field);
    return value;
  };
  return new UdpForwarder({ name: text('name'), listen: text('listen'), upstream: text('upstream') }, deadlines);
}

function asState(value: unknown): EntryState {
  if (typeof value !== 'string' || !STATES.includes(value)) throw badBody(`state must be one of ${STATES.join(', ')}`);
  return value as EntryState;
}
