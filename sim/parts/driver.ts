/**
 * Runs behaviours with real sockets, clocks and chance: the live one of their two drivers.
 *
 *   run ──next──▶ behaviour ──effect──▶ perform ──▶ gates, dns-query, dialers (http, http2, redis, postgres)
 */
import type { Effect, Protocol, Program } from '../behaviour/effects.ts';
import type { Prng } from '../prng.ts';
import type { DnsClient } from './config.ts';
import type { Dialer, LiveConnection } from './connection.ts';
import { askName } from './dns-query.ts';
import { count, tripsBefore, type Tally } from '../behaviour/tally.ts';
import { Gates } from './gates.ts';
import { pending, type Limits } from './pending.ts';

/** What a part's behaviours share. A part has dialers only for what it speaks: each one costs time at its start. */
export interface World {
  readonly dns: DnsClient;
  readonly prng: Prng;
  readonly dialers: Partial<Record<Protocol, Dialer>>;
  readonly gates: Gates;
}
export const makeWorld = (parts: Omit<World, 'gates'>): World => ({ ...parts, gates: new Gates() });

/**
 * Runs a behaviour to its end. When the signal aborts, the effect under way is given up and thrown into the behaviour;
 * what its `finally` still yields (`close`, `leave`, `now`) is performed. A tally is told of every effect.
 * @throws the signal's reason
 */
export async function run<R>(program: Program<R>, world: World, signal?: AbortSignal, tally?: Tally): Promise<R> {
  let step = program.next();
  while (!step.done) {
    const before = tripsBefore(step.value);
    let result: unknown;
    try {
      result = perform(step.value, world, signal);
      if (result instanceof Promise) result = await result;
    } catch (error) {
      step = program.throw(error);
      continue;
    }
    if (tally !== undefined) count(tally, step.value, before, result);
    step = program.next(result);
  }
  return step.value;
}

/** What came of an effect: at once where nothing has to be waited for, so that a decision costs no turn of the loop. */
function perform(effect: Effect, world: World, signal: AbortSignal | undefined): unknown {
  switch (effect.do) {
    case 'now':
      return performance.now();
    case 'random':
      return world.prng.next();
    case 'leave':
      return world.gates.leave(effect.gate);
    case 'close':
      return (effect.connection as LiveConnection).close();
    case 'enter':
    case 'wait':
    case 'query':
    case 'dial':
    case 'exchange':
      signal?.throwIfAborted();
      return begin(effect, world, signal);
  }
}

type Waiting = Extract<Effect, { do: 'enter' | 'wait' | 'query' | 'dial' | 'exchange' }>;

function begin(effect: Waiting, world: World, signal: AbortSignal | undefined): unknown {
  if (effect.do === 'wait') return pending({ timeoutMs: effect.ms, signal }, undefined, () => {}).promise;
  const limits: Limits = { timeoutMs: effect.timeoutMs, signal };
  switch (effect.do) {
    case 'enter':
      return world.gates.enter(effect.gate, limits);
    case 'query':
      return askName(serverOf(world.dns), effect.name, world.prng.below(65_536), limits);
    case 'dial':
      return dialerOf(world, effect.protocol)(effect, limits);
    case 'exchange':
      return (effect.connection as LiveConnection).exchange(effect.message, limits);
  }
}

function dialerOf(world: World, protocol: Protocol): Dialer {
  const dialer = world.dialers[protocol];
  if (dialer === undefined) throw new Error(`this part has no dialer for ${protocol}`);
  return dialer;
}

function serverOf(dns: DnsClient): DnsClient['servers'][number] {
  const server = dns.servers[0];
  if (server === undefined) throw new Error('this part was given no DNS server');
  return server;
}
