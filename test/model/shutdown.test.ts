/** SIGTERM of an HTTP server on the model, as its clients see it (facts 3.2: Go's Shutdown; 2.3: Traefik is cut off after 10 s). */
import { describe, expect, test } from 'vitest';
import type { Dialled, Reply } from '../../sim/behaviour/effects.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import { createPrng } from '../../sim/prng.ts';
import type { ModelConnection, ModelPod } from '../../sim/runtimes/model/connection.ts';
import { world } from '../../sim/runtimes/model/driver.ts';
import { EventQueue } from '../../sim/runtimes/model/event-queue.ts';
import { httpServer } from '../../sim/runtimes/model/http-server.ts';
import { ModelNetwork } from '../../sim/runtimes/model/network.ts';
import { defineTopology } from '../../topology/load.ts';
import { small } from '../topology/small.ts';

const GET: HttpRequest = { method: 'GET', path: '/', host: 'h', headers: {} };

/** A server on node b that answers after `workMs`, asked from node a: one way is 1 ms. */
function serving(workMs: number, drainMs = Infinity) {
  const queue = new EventQueue();
  const topology = defineTopology(small());
  const network = new ModelNetwork(queue, topology, 'physical', createPrng(1));
  const prng = createPrng(1);
  const w = world({ queue, network, place: 'node:b', prng, dns: { host: 'service/dns', port: 53 } });
  let handled = 0;
  const { server } = httpServer(w, drainMs, (_request, reply) => {
    handled++;
    queue.after(workMs, () => reply({ status: 200, headers: {}, body: 'ok' }));
  });
  const pod: ModelPod = {
    id: 'api-1',
    place: 'node:b',
    onHost: false,
    server,
    listens: true,
    ports: [8000],
    paused: false,
    inbox: [],
  };
  network.pods.set(pod.id, pod);
  const ended: number[] = [];
  return {
    queue,
    ended,
    /** How many requests its program has seen. */
    handled: () => handled,
    stop(): void {
      pod.listens = false;
      server.stop?.(() => ended.push(queue.nowMs));
    },
    dial: (done: (result: Dialled) => void) => network.dial('node:a', 'pod/api-1', 8000, { timeoutMs: 5_000 }, done),
    ask: (connection: ModelConnection, done: (reply: Reply<HttpResponse>) => void) =>
      network.exchange(connection, GET, { timeoutMs: Infinity }, done as (reply: Reply<unknown>) => void),
  };
}
type Serving = ReturnType<typeof serving>;
const opened = (to: Serving): ModelConnection => {
  let connection: ModelConnection | undefined;
  to.dial((result) => (connection = result.ok ? (result.connection as ModelConnection) : undefined));
  while (connection === undefined) to.queue.turn();
  return connection;
};
const turned = ({ queue }: Serving, untilMs: number): void => {
  queue.after(untilMs - queue.nowMs, () => undefined);
  while (queue.nowMs < untilMs) queue.turn();
};

describe('SIGTERM', () => {
  test('refuses new dials at once', () => {
    const to = serving(100);
    const connection = opened(to);
    to.ask(connection, () => undefined);
    turned(to, 20);
    to.stop();
    let saw = '';
    to.dial((result) => (saw = result.ok ? 'open' : result.saw));
    turned(to, 40);
    expect(saw).toBe('refused');
  });
  test('ends idle connections: their client reads the end a way later, and asks in vain', () => {
    const to = serving(1);
    const connection = opened(to);
    to.ask(connection, () => undefined);
    turned(to, 50);
    to.stop();
    expect(connection.alive).toBe(true);
    // A request that leaves before the end has come is lost with the connection.
    let lost: Reply<HttpResponse> | undefined;
    to.ask(connection, (reply) => (lost = reply));
    turned(to, 60);
    expect(connection.alive).toBe(false);
    expect(lost).toMatchObject({ ok: false });
    expect(to.handled()).toBe(1);
    expect(to.ended).toHaveLength(1);
  });
  test('lets what is under way be answered, with Connection: close, and ends then', () => {
    const to = serving(3_000);
    const connection = opened(to);
    let reply: Reply<HttpResponse> | undefined;
    to.ask(connection, (answer) => (reply = answer));
    turned(to, 50);
    to.stop();
    turned(to, 2_000);
    expect(to.ended).toEqual([]);
    turned(to, 4_000);
    expect(reply).toMatchObject({ ok: true, value: { status: 200, headers: { connection: 'close' } } });
    expect(connection.alive).toBe(false);
    expect(to.ended).toHaveLength(1);
  });
  test('waits 5 s for a connection that never sent a request', () => {
    const to = serving(1);
    const connection = opened(to);
    turned(to, 100);
    to.stop();
    turned(to, 5_000);
    expect(connection.alive).toBe(true);
    turned(to, 5_200);
    expect(connection.alive).toBe(false);
    expect(to.ended[0]).toBe(5_100);
  });
  test('of an ingress cuts off after 10 s what is still under way', () => {
    const to = serving(60_000, 10_000);
    to.ask(opened(to), () => undefined);
    turned(to, 100);
    to.stop();
    turned(to, 20_000);
    expect(to.ended).toEqual([10_100]);
  });
});
