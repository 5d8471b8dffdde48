/**
 * Who gives up first when the pooler's servers are all taken: the phone (60 s), the edge (120 s) or the pooler (120 s). The
 * whole way on the model, the user's end left out, who would be gone by then.
 *
 *   edge ──120 ms there and back──▶ ingress ──▶ api ──95 ms there and back──▶ pooler, whose only server another client holds
 */
import { describe, expect, test } from 'vitest';
import { dial, exchange, type Program, type Reply } from '../../sim/behaviour/effects.ts';
import { edgeState, fetchFromOrigin } from '../../sim/behaviour/edge.ts';
import type { HttpResponse } from '../../sim/behaviour/http-message.ts';
import { createPrng } from '../../sim/prng.ts';
import type { ModelPod } from '../../sim/runtimes/model/connection.ts';
import { run, world, type World } from '../../sim/runtimes/model/driver.ts';
import { EventQueue } from '../../sim/runtimes/model/event-queue.ts';
import { Memory } from '../../sim/runtimes/model/memory.ts';
import { ModelNetwork } from '../../sim/runtimes/model/network.ts';
import { programOf } from '../../sim/runtimes/model/programs/index.ts';
import type { Records, Tables } from '../../sim/runtimes/model/programs/program.ts';
import honeydue from '../../topology/honeydue.ts';
import type { ContainerSettings, Place } from '../../topology/schema.ts';
import { timer } from '../../topology/timers.ts';

const NEON = honeydue.externals['neon']!.host!;

/** One api, an ingress on its node, and Postgres behind a pooler with a single server. */
function way() {
  const queue = new EventQueue();
  const network = new ModelNetwork(queue, honeydue, 'physical', createPrng(1));
  const record: Records = { writes: new Map(), jobs: new Map() };
  const target = (place: Place, port: number) => ({ targets: [{ place, port }], ttlMs: 60_000 });
  const tables: Tables = {
    names: { cluster: new Map([[NEON, target('external:neon', 5432)]]), public: new Map() },
    ingress: new Map([['traefik', new Map([['api.myhoneydue.com', [{ pod: 'api', port: 8000 }]]])]]),
  };
  const at = (place: Place): World =>
    world({ queue, network, place, prng: createPrng(1), dns: { host: 'pod/dns', port: 53 } });
  const start = (id: string, role: string, place: Place, port: number, settings: ContainerSettings = {}): void => {
    const memory = new Memory(queue, undefined, () => undefined);
    const context = { pod: id, world: at(place), topology: honeydue, settings, tables, record, memory };
    const server = programOf(role)({ ...context, shortenedMs: (name) => timer(name).ms });
    const pod: ModelPod = { id, place, onHost: true, server, listens: true, ports: [port], paused: false, inbox: [] };
    network.pods.set(id, pod);
  };
  start('dns', 'resolver', 'node:hetzner1', 53);
  start('traefik', 'ingress', 'node:hetzner1', 80);
  start('api', 'api', 'node:hetzner1', 8000, honeydue.workloads['api']!.settings);
  start('neon', 'postgres', 'external:neon', 5432, { poolerServers: 1 });
  const until = (atMs: number): void => {
    let there = false;
    queue.after(atMs - queue.nowMs, () => (there = true));
    while (!there) queue.turn();
  };
  return { queue, record, at, until };
}
function* transactionLeftOpen(): Program<boolean> {
  const dialled = yield* dial('postgres', 'pod/neon', 5432, 10_000);
  if (!dialled.ok) return false;
  const begun: Reply<unknown> = yield* exchange(dialled.connection, { sql: 'simple', text: 'BEGIN' }, Infinity);
  return begun.ok;
}
const ORIGIN = { host: 'place/node:hetzner1', port: 80, node: 'node:hetzner1' };
const REQUEST = {
  method: 'POST',
  path: '/api/tasks/',
  host: 'api.myhoneydue.com',
  headers: { authorization: 'Token 1.x' },
  body: JSON.stringify({ title: 'paint', request_id: 'r1' }),
};

describe('model: the queue before Postgres', () => {
  test('the edge gives up first, a way there and back before the pooler: 524, never 500 (facts 1.1, 4.1)', () => {
    const { queue, record, at, until } = way();
    let begun = false;
    run(at('node:hetzner2'), transactionLeftOpen(), (ok) => (begun = ok));
    until(5_000);
    expect(begun).toBe(true);
    let seen: { response: HttpResponse; atMs: number } | undefined;
    run(at('pop:dallas'), fetchFromOrigin(edgeState('pop:dallas', [ORIGIN], true), REQUEST, 'ray'), ({ response }) => {
      seen = { response, atMs: queue.nowMs - 5_000 };
    });
    until(5_000 + timer('phone.request').ms);
    expect(seen).toBe(undefined);
    until(5_000 + 119_900);
    expect(seen).toBe(undefined);
    until(5_000 + 130_000);
    expect(seen?.response.status).toBe(524);
    // One round trip to connect, then 120 s; the pooler's clock starts when the first statement has come to it.
    expect(seen?.atMs).toBeGreaterThan(120_000);
    expect(seen?.atMs).toBeLessThan(120_200);
    expect([...record.writes]).toEqual([]);
  });
});
