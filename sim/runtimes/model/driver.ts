/** Runs behaviours in virtual time: each effect becomes events; no promise, so a million of them are cheap. */
import type { Effect, Gate, Program } from '../../behaviour/effects.ts';
import { count, tripsBefore, type Tally } from '../../behaviour/tally.ts';
import type { Place } from '../../../topology/schema.ts';
import type { Prng } from '../../prng.ts';
import type { EventQueue } from './event-queue.ts';
import { ModelConnection } from './connection.ts';
import { type ModelNetwork } from './network.ts';

/** Where a program runs and what it may use. */
export interface World {
  readonly queue: EventQueue;
  readonly network: ModelNetwork;
  readonly place: Place;
  readonly prng: Prng;
  /** Whom it asks for names, as a host of the model's network. */
  readonly dns: { readonly host: string; readonly port: number };
  /** False once its process is gone: it then does nothing more, ever. */
  alive: boolean;
  /** Set while its process stands still. */
  readonly gates: Map<Gate, { inUse: number; readonly waiting: Waiting[] }>;
}
interface Waiting {
  readonly grant: () => void;
  gone: boolean;
}
export const world = (base: Omit<World, 'alive' | 'gates'>): World => ({ ...base, alive: true, gates: new Map() });

/** Runs a program; `done` is called with its result, unless its process dies first. A tally is told of every effect. */
export function run<R>(w: World, program: Program<R>, done: (result: R) => void, tally?: Tally): void {
  const step = (input: unknown): void => {
    if (!w.alive) return;
    const next = program.next(input);
    if (next.done === true) done(next.value);
    else perform(w, next.value, tally === undefined ? step : counting(tally, next.value, step));
  };
  step(undefined);
}

function counting(tally: Tally, effect: Effect, step: (input: unknown) => void): (input: unknown) => void {
  const before = tripsBefore(effect);
  return (input) => {
    count(tally, effect, before, input);
    step(input);
  };
}

function perform(w: World, effect: Effect, resume: (input: unknown) => void): void {
  switch (effect.do) {
    case 'wait':
      w.queue.after(effect.ms, () => resume(undefined));
      return;
    case 'now':
      return resume(w.queue.nowMs);
    case 'random':
      return resume(w.prng.next());
    case 'query':
      return w.network.datagram(w.place, w.dns.host, w.dns.port, effect.name, effect.timeoutMs, (reply) =>
        resume(reply.ok ? reply.value : reply),
      );
    case 'dial':
      return w.network.dial(w.place, effect.host, effect.port, effect, (dialled) => {
        if (dialled.ok) asModel(dialled.connection).speaks = effect.protocol;
        resume(dialled);
      });
    case 'exchange':
      return w.network.exchange(asModel(effect.connection), effect.message, effect, (reply) =>
        resume(refusedByServer(reply)),
      );
    case 'close':
      w.network.close(asModel(effect.connection));
      return resume(undefined);
    case 'enter':
      return enter(w, effect.gate, effect.timeoutMs, resume);
    case 'leave':
      leave(w, effect.gate);
      return resume(undefined);
  }
}
/** A server's own refusal (an error of SQL or of Redis) travels as a value and is a failure to who asked. */
const refusedByServer = (reply: { ok: boolean; value?: unknown }): unknown =>
  reply.ok && isRefusal(reply.value) ? reply.value : reply;
const isRefusal = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['sql-error', 'redis-error'].includes(String((value as { saw?: unknown }).saw));

function asModel(connection: unknown): ModelConnection {
  if (!(connection instanceof ModelConnection)) throw new Error('not a connection of the model');
  return connection;
}

function gateOf(w: World, gate: Gate): { inUse: number; readonly waiting: Waiting[] } {
  let state = w.gates.get(gate);
  if (state === undefined) w.gates.set(gate, (state = { inUse: 0, waiting: [] }));
  return state;
}
function enter(w: World, gate: Gate, timeoutMs: number, resume: (entered: boolean) => void): void {
  const state = gateOf(w, gate);
  if (state.inUse < gate.capacity) {
    state.inUse++;
    return resume(true);
  }
  const late =
    timeoutMs === Infinity
      ? undefined
      : w.queue.after(timeoutMs, () => {
          waiting.gone = true;
          resume(false);
        });
  const waiting: Waiting = {
    gone: false,
    grant: () => {
      late?.cancel();
      resume(true);
    },
  };
  state.waiting.push(waiting);
}
function leave(w: World, gate: Gate): void {
  const state = gateOf(w, gate);
  let next = state.waiting.shift();
  while (next?.gone === true) next = state.waiting.shift();
  if (next === undefined) state.inUse--;
  else {
    const { grant } = next;
    w.queue.after(0, grant);
  }
}
