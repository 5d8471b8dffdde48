import { phoneHop, Tally } from '../../behaviour/tally.ts';
import { phoneRequest, phoneState, type NodeAddresses, type PhoneState } from '../../behaviour/phone.ts';
import type { Hop, Outcome, PlannedRequest } from '../../runtimes/contract.ts';
import type { PhoneConfig } from '../config.ts';
import type { Dialer } from '../connection.ts';
import { run, type World } from '../driver.ts';

/** Every user's phone: its connection, its cached address, what it was acknowledged. */
export class Phones {
  readonly #world: World;
  readonly #oracles: PhoneConfig['oracles'];
  readonly #nodes: NodeAddresses;
  readonly #habits: PhoneConfig['habits'];
  readonly #phones = new Map<number, PhoneState>();

  constructor(world: World, { oracles, habits, nodes = {} }: Pick<PhoneConfig, 'oracles' | 'habits' | 'nodes'>) {
    this.#world = world;
    this.#oracles = oracles;
    this.#nodes = new Map(Object.entries(nodes));
    this.#habits = habits;
  }

  /** Sends one request. @param dueMs  the instant it was due, on `performance.now()`'s clock: its duration counts from there */
  async send(request: PlannedRequest, dueMs: number): Promise<Outcome> {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const { world, connects } = this.#timed();
    const program = phoneRequest(
      this.#phoneOf(request.user),
      { ...request, headers },
      this.#oracles[request.journey] ?? 'status',
    );
    const tally = new Tally();
    const fromMs = performance.now();
    const part = await run(program, world, undefined, tally);
    const { requestId, journey, user, atMs } = request;
    const sent = phoneHop(tally, `user ${user}`, performance.now() - fromMs);
    const hops = [sent, ...connects, ...part.hops];
    return { requestId, journey, user, atMs, ...part, tookMs: performance.now() - dueMs, hops };
  }

  /** The world with its dials timed: a request that had to connect tells so as a hop. */
  #timed(): { readonly world: World; readonly connects: readonly Hop[] } {
    const connects: Hop[] = [];
    const dial = this.#world.dialers.http;
    if (dial === undefined) throw new Error('phones need a dialer for http');
    const http: Dialer = async (target, limits) => {
      const fromMs = performance.now();
      const dialled = await dial(target, limits);
      connects.push({
        part: 'connect',
        instance: target.serverName ?? target.host,
        tookMs: performance.now() - fromMs,
      });
      return dialled;
    };
    return { world: { ...this.#world, dialers: { http } }, connects };
  }

  #phoneOf(user: number): PhoneState {
    let phone = this.#phones.get(user);
    if (phone === undefined) this.#phones.set(user, (phone = phoneState(this.#nodes, this.#habits)));
    return phone;
  }
}
