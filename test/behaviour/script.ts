/**
 * A driver of behaviours without sockets: replies come from a script, time is a number. What is silent costs the
 * time-out it was given; everything else costs nothing, or what the script says.
 */
import type { Connection, Effect, Gate, NameReply, Program } from '../../sim/behaviour/effects.ts';
import { count, Tally, tripsBefore } from '../../sim/behaviour/tally.ts';

export interface ScriptedConnection extends Connection {
  alive: boolean;
  trips: number;
  readonly host: string;
  readonly serverName: string | undefined;
}
type Saw = 'refused' | 'no-route' | 'connect-silent' | 'reset' | 'end-of-file' | 'reply-silent';
type NameAnswer = readonly string[] | Exclude<NameReply, { ok: true }>['saw'];
/** An answer of a name server that is so many milliseconds in coming. */
export class Late {
  readonly answer: NameAnswer;
  readonly ms: number;
  constructor(answer: NameAnswer, ms: number) {
    this.answer = answer;
    this.ms = ms;
  }
}
export interface Reactions {
  /** Addresses, or what is seen instead. Default: 10.0.0.1. */
  readonly query?: (name: string, attempt: number) => NameAnswer | Late;
  /** Undefined connects. */
  readonly dial?: (host: string, attempt: number) => Saw | undefined;
  /** A value is answered, a `Seen` is not. */
  readonly exchange?: (message: never, connection: ScriptedConnection, attempt: number) => unknown;
  readonly random?: () => number;
}
/** Not an answer but what is seen instead of one; `unacknowledged`: the message itself never arrived, as far as the kernel can tell. */
export class Seen {
  readonly saw: string;
  readonly detail: string | undefined;
  constructor(saw: string, detail?: string) {
    this.saw = saw;
    this.detail = detail;
  }
}

export class Script {
  nowMs = 0;
  readonly effects: Effect[] = [];
  readonly closed: ScriptedConnection[] = [];
  /** What was counted, as both drivers count; a dial costs one trip here. */
  tally = new Tally();
  readonly #inside = new Map<Gate, number>();
  readonly #reactions: Reactions;
  readonly #attempts = { query: 0, dial: 0, exchange: 0 };

  constructor(reactions: Reactions = {}) {
    this.#reactions = reactions;
  }

  run<R>(program: Program<R>): R {
    let step = program.next();
    while (!step.done) {
      this.effects.push(step.value);
      const before = tripsBefore(step.value);
      const result = this.#perform(step.value);
      count(this.tally, step.value, before, result);
      step = program.next(result);
    }
    return step.value;
  }

  /** Effects of one kind, in order. */
  all<K extends Effect['do']>(kind: K): Extract<Effect, { do: K }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { do: K }> => effect.do === kind);
  }
  messages(): unknown[] {
    return this.all('exchange').map((effect) => effect.message);
  }
  /** Takes every place behind a gate, as other requests would. */
  fill(gate: Gate): void {
    this.#inside.set(gate, gate.capacity);
  }
  inside(gate: Gate): number {
    return this.#inside.get(gate) ?? 0;
  }

  #perform(effect: Effect): unknown {
    const { query, dial, exchange, random } = this.#reactions;
    switch (effect.do) {
      case 'now':
        return this.nowMs;
      case 'random':
        return random?.() ?? 0;
      case 'wait':
        this.nowMs += effect.ms;
        return undefined;
      case 'query': {
        const told = query?.(effect.name, this.#attempts.query++) ?? ['10.0.0.1'];
        if (told instanceof Late && told.ms > effect.timeoutMs) return this.#failed('reply-silent', effect.timeoutMs);
        if (told instanceof Late) this.nowMs += told.ms;
        const seen = told instanceof Late ? told.answer : told;
        return typeof seen === 'string'
          ? this.#failed(seen, effect.timeoutMs)
          : { ok: true, addresses: seen, ttlMs: 5_000 };
      }
      case 'dial': {
        const seen = dial?.(effect.host, this.#attempts.dial++);
        const { host, serverName, protocol: speaks } = effect;
        const connection: ScriptedConnection = { alive: true, trips: 1, speaks, host, serverName };
        return seen === undefined ? { ok: true, connection } : this.#failed(seen, effect.timeoutMs);
      }
      case 'exchange': {
        const connection = effect.connection as ScriptedConnection;
        if (!connection.alive) return { ok: false, saw: 'end-of-file' };
        if (connection.speaks !== 'http') connection.trips++;
        const value = exchange?.(effect.message as never, connection, this.#attempts.exchange++) ?? null;
        if (!(value instanceof Seen)) return { ok: true, value };
        if (value.saw !== 'unacknowledged') return this.#failed(value.saw, effect.timeoutMs, value.detail);
        this.nowMs += effect.ackMs ?? effect.timeoutMs;
        return { ok: false, saw: 'reply-silent', unacknowledged: true };
      }
      case 'close':
        (effect.connection as ScriptedConnection).alive = false;
        this.closed.push(effect.connection as ScriptedConnection);
        return undefined;
      case 'enter': {
        const inside = this.inside(effect.gate);
        if (inside < effect.gate.capacity) this.#inside.set(effect.gate, inside + 1);
        else this.nowMs += effect.timeoutMs;
        return inside < effect.gate.capacity;
      }
      case 'leave':
        this.#inside.set(effect.gate, this.inside(effect.gate) - 1);
        return undefined;
    }
  }

  #failed(saw: string, timeoutMs: number, detail?: string): unknown {
    if (saw === 'reply-silent' || saw === 'connect-silent') this.nowMs += timeoutMs;
    return detail === undefined ? { ok: false, saw } : { ok: false, saw, detail };
  }
}
