/** What the kernel of a sender does about packets that get lost, in virtual time (facts 1.1: 19 s, 90 s; Linux repeats a SYN after 1, 3, 7 s). */
import { describe, expect, test } from 'vitest';
import type { Dialled, Reply } from '../../sim/behaviour/effects.ts';
import { createPrng } from '../../sim/prng.ts';
import type { ModelConnection, ModelPod, Server } from '../../sim/runtimes/model/connection.ts';
import { EventQueue } from '../../sim/runtimes/model/event-queue.ts';
import { ModelNetwork } from '../../sim/runtimes/model/network.ts';
import { defineTopology } from '../../topology/load.ts';
import { small } from '../topology/small.ts';

/** A server on node b that answers at once, dialled from node a: one way is 1 ms. */
function reached() {
  const queue = new EventQueue();
  const network = new ModelNetwork(queue, defineTopology(small()), 'physical', createPrng(1));
  let open = 0;
  const server: Server = {
    handshakeTrips: 0,
    opened: () => void open++,
    handle: (_connection, _message, reply) => reply('answer'),
  };
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
  const at = (atMs: number, run: () => void): void => void queue.after(atMs - queue.nowMs, run);
  const until = (atMs: number): void => {
    at(atMs, () => undefined);
    while (queue.nowMs < atMs) queue.turn();
  };
  const dial = (timeoutMs: number): { seen?: Dialled; ms?: number } => {
    const result: { seen?: Dialled; ms?: number } = {};
    network.dial('node:a', 'pod/api-1', 8000, { timeoutMs }, (seen) =>
      Object.assign(result, { seen, ms: queue.nowMs }),
    );
    return result;
  };
  return { queue, network, pod, at, until, dial, opened: () => open };
}

describe('model: a SYN that gets lost', () => {
  test('is sent again after 1, 3 and 7 s: a dial begun before the path heals is answered then', async () => {
    const { network, at, until, dial } = reached();
    const rule = await network.impose({ to: 'node:b' }, { kind: 'drop' });
    const result = dial(19_000);
    at(3_500, () => void rule[Symbol.asyncDispose]());
    until(20_000);
    expect(result.seen).toMatchObject({ ok: true });
    expect(Math.floor(result.ms ?? 0)).toBe(7_001);
  });
  test("stays lost when another's rule is healed twice", async () => {
    const { network, until, dial } = reached();
    const first = await network.impose({ to: 'node:b' }, { kind: 'drop' });
    await network.impose({ to: 'node:b' }, { kind: 'drop' });
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    const result = dial(19_000);
    until(20_000);
    expect(result.seen).toMatchObject({ ok: false, saw: 'connect-silent' });
  });
  test('is not sent again once its dialler gave up', async () => {
    const { network, at, until, dial, opened } = reached();
    const rule = await network.impose({ to: 'node:b' }, { kind: 'drop' });
    const result = dial(19_000);
    at(19_500, () => void rule[Symbol.asyncDispose]());
    until(200_000);
    expect(result).toMatchObject({ seen: { ok: false, saw: 'connect-silent' }, ms: 19_000 });
    expect(opened()).toBe(0);
  });
});

describe('model: a message on an open connection', () => {
  /** The edge's own limits: 90 s for the acknowledgement, 120 s for the answer. */
  function asked(kind: 'drop' | 'hang', healedMs?: number) {
    const to = reached();
    const dialled = to.dial(1_000);
    to.until(10);
    if (dialled.seen?.ok !== true) throw new Error('no connection');
    const connection = dialled.seen.connection as ModelConnection;
    const result: { seen?: Reply<unknown>; ms?: number } = {};
    const done = (seen: Reply<unknown>): void => void Object.assign(result, { seen, ms: to.queue.nowMs - 10 });
    void to.network.impose({ to: 'node:b' }, { kind }).then((rule) => {
      if (healedMs !== undefined) to.at(healedMs, () => void rule[Symbol.asyncDispose]());
    });
    to.network.exchange(connection, 'hello', { timeoutMs: 120_000, ackMs: 90_000 }, done);
    return { ...to, result };
  }
  test('that is dropped all the while is given up as never acknowledged', () => {
    const { until, result } = asked('drop');
    until(200_000);
    expect(result).toMatchObject({ seen: { ok: false, saw: 'reply-silent', unacknowledged: true }, ms: 90_000 });
  });
  test('that arrived and is not answered is given up later, as silent', () => {
    const { until, result } = asked('hang');
    until(200_000);
    expect(result.ms).toBe(120_000);
    expect(result.seen).toEqual({ ok: false, saw: 'reply-silent' });
  });
  test('that was dropped for a while arrives when the path heals', async () => {
    const { until, result } = asked('drop', 30_000);
    await Promise.resolve();
    until(200_000);
    expect(result.seen).toEqual({ ok: true, value: 'answer' });
  });
});

/** Bytes wait, no FIN, no RST: neither end learns of the other while the path is dropped (contract.ts, `drop`). */
describe('model: a program that ends behind a dropped path', () => {
  async function endedBehind() {
    const to = reached();
    const dialled = to.dial(1_000);
    to.until(10);
    if (dialled.seen?.ok !== true) throw new Error('no connection');
    const connection = dialled.seen.connection as ModelConnection;
    const rule = await to.network.impose({ to: 'node:b' }, { kind: 'drop' });
    const result: { seen?: Reply<unknown>; ms?: number } = {};
    to.network.exchange(connection, 'hello', { timeoutMs: Infinity }, (seen) =>
      Object.assign(result, { seen, ms: to.queue.nowMs }),
    );
    to.until(1_000);
    to.network.programEnded(to.pod);
    return { ...to, connection, result, heal: () => void rule[Symbol.asyncDispose]() };
  }
  test('is not heard of before the path heals', async () => {
    const { until, at, heal, connection, result } = await endedBehind();
    at(30_000, heal);
    until(29_999);
    expect(result).toEqual({});
    expect(connection.alive).toBe(true);
    until(31_000);
    expect(result.seen).toEqual({ ok: false, saw: 'reset' });
    expect(result.ms).toBeGreaterThan(30_000);
    expect(connection.alive).toBe(false);
  });
  test('leaves nothing to the program that runs there next', async () => {
    const { pod, until, at, heal, result } = await endedBehind();
    const handled: unknown[] = [];
    pod.server = { handshakeTrips: 0, handle: (_connection, message) => void handled.push(message) };
    pod.listens = true;
    at(30_000, heal);
    until(60_000);
    expect(handled).toEqual([]);
    expect(result.seen).toEqual({ ok: false, saw: 'reset' });
  });
  test('answers nothing any more that it had been asked', () => {
    const { network, pod, until, dial, queue } = reached();
    pod.server = {
      handshakeTrips: 0,
      handle(_connection, _message, reply) {
        queue.after(0.01, () => network.programEnded(pod));
        queue.after(0.02, () => reply('late'));
      },
    };
    const dialled = dial(1_000);
    until(10);
    if (dialled.seen?.ok !== true) throw new Error('no connection');
    let seen: Reply<unknown> | undefined;
    const { connection } = dialled.seen;
    network.exchange(connection as ModelConnection, 'hello', { timeoutMs: Infinity }, (one) => (seen = one));
    until(100);
    expect(seen).toEqual({ ok: false, saw: 'reset' });
  });
});
