/**
 * Wires in virtual time. A connection crosses a path with a round trip drawn from the link; rules (conditions) stand on
 * paths like firewall rules; a paused program's messages wait in its inbox and run when it is resumed.
 */
import type { Place, Topology } from '../../../topology/schema.ts';
import type { Dialled, Failure, Reply } from '../../behaviour/effects.ts';
import { takeOut } from '../../behaviour/in-force.ts';
import type { Prng } from '../../prng.ts';
import type { Address, Condition, Network, PodId, Selector, Target } from '../contract.ts';
import { ModelConnection, SYN_REPEAT_MS, type DialLimits, type ModelPod } from './connection.ts';
import { DialLimit } from './dial-limit.ts';
import { once, type EventQueue, type Scheduled } from './event-queue.ts';
import { hostOf } from './hosts.ts';
import { Links } from './links.ts';
import { delivered } from './message.ts';
import { applies, cutsMessages, Rules, type Rule } from './rules.ts';
import { isNobody, Whereabouts } from './whereabouts.ts';

export class ModelNetwork implements Network {
  readonly where: Whereabouts;
  readonly pods: Map<PodId, ModelPod>;
  private readonly connections = new Set<ModelConnection>();
  private readonly rules = new Rules();
  private held: (() => void)[] = [];
  private readonly links: Links;
  private readonly queue: EventQueue;
  constructor(queue: EventQueue, topology: Topology, profile: string, prng: Prng) {
    this.queue = queue;
    this.where = new Whereabouts(prng);
    this.pods = this.where.pods;
    this.links = new Links(topology, profile, prng);
  }

  // ── where ──
  addressOf(target: Target, seenFrom: Place): Promise<Address> {
    return Promise.resolve({ host: hostOf(target), port: target.port, seenFrom });
  }
  /** Routes to a shared address lead to a place: who dialled it before is not known there. */
  lead(address: string, place: Place): void {
    this.where.led.set(address, place);
    for (const one of this.connections)
      if (one.dialled === `anycast/${address}` && one.to.place !== place) one.strayed = true;
    this.release();
  }

  // ── conditions ──
  impose(where: Selector, what: Condition): Promise<AsyncDisposable> {
    if (what.kind === 'reset') {
      for (const one of [...this.connections])
        if (applies(where, one.from, one.to, one.port, one.protocol, 'open')) this.sever(one, 'reset', 0);
      return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() });
    }
    const rule: Rule = { where, what };
    this.rules.all.push(rule);
    return Promise.resolve({
      [Symbol.asyncDispose]: () => {
        takeOut(this.rules.all, rule);
        this.release();
        return Promise.resolve();
      },
    });
  }
  private release(): void {
    const waiting = this.held;
    this.held = [];
    for (const again of waiting) this.queue.after(0, again);
  }
  private oneWayMs(from: Place, to: Place, toPod: ModelPod, port: number, protocol: 'tcp' | 'udp' = 'tcp'): number {
    return (this.links.drawRttMs(from, to) + this.rules.addedMs(from, toPod, port, protocol)) / 2;
  }

  // ── connecting ──
  dial(from: Place, host: string, port: number, limits: DialLimits, done: (result: Dialled) => void): void {
    const settle = once(done);
    const limit = new DialLimit(this.queue, limits, (saw) => settle({ ok: false, saw }));
    this.dialWithin(from, host, port, limit, settle);
  }
  private dialWithin(
    from: Place,
    host: string,
    port: number,
    limit: DialLimit,
    settle: (result: Dialled) => void,
  ): void {
    const end = (delayMs: number, result: Dialled): void => {
      this.queue.after(delayMs, () => {
        limit.end();
        settle(result);
      });
    };
    // Nobody has the address. A SYN that is repeated may be led elsewhere by then; else the node says "no route" in the end.
    const noRouteAtMs = (formerly?: PodId) => this.queue.nowMs + this.where.noRouteAfterMs(formerly, this.queue.nowMs);
    const unanswered = (formerly?: PodId, nth = 0, untilMs = noRouteAtMs(formerly)): void => {
      const [restMs, waitMs] = [untilMs - this.queue.nowMs, SYN_REPEAT_MS * 2 ** nth];
      if (waitMs >= restMs) return end(restMs, { ok: false, saw: 'no-route' });
      this.queue.after(waitMs, () => {
        if (limit.isOver) return;
        if (this.where.leadsTo(host, from, formerly)) unanswered(formerly, nth + 1, untilMs);
        else this.dialWithin(from, host, port, limit, settle);
      });
    };
    const located = this.where.locate(host, port, from);
    if (located === 'none') return end(0, { ok: false, saw: 'refused' });
    if (isNobody(located)) return unanswered(located.formerly);
    let { pod } = located;
    const { port: to } = located;
    let oneWay = this.oneWayMs(from, pod.place, pod, to);
    const syn = (nth: number): void => {
      if (limit.isOver) return;
      const now = this.where.shared(host, port) ?? pod;
      if (now !== pod) {
        pod = now;
        oneWay = this.oneWayMs(from, pod.place, pod, to);
      }
      if (this.rules.under('drop', from, pod, to, 'tcp', 'new'))
        return void this.queue.after(SYN_REPEAT_MS * 2 ** nth, () => syn(nth + 1));
      if (this.rules.under('refuse', from, pod, to, 'tcp', 'new'))
        return end(oneWay * 2, { ok: false, saw: 'refused' });
      arrive();
    };
    const arrive = (): unknown =>
      this.queue.after(oneWay, () => {
        if (this.where.isGone(pod.id)) return unanswered(pod.id);
        if (pod.server === undefined || !pod.listens || !pod.ports.includes(to))
          return end(oneWay, { ok: false, saw: 'refused' });
        const connection = new ModelConnection(from, pod, to, 'tcp', host);
        this.connections.add(connection);
        limit.accept(oneWay);
        pod.server.opened?.(connection);
        const trips = limit.tcpOnly ? 0 : pod.server.handshakeTrips;
        // Between the accept and the log-in the program itself must answer.
        const greet = (): void => {
          const waits = trips > 0 && (pod.paused || this.rules.blocked(connection));
          const { server } = connection;
          if (connection.strayed || (server === undefined && !waits)) {
            this.sever(connection, 'reset', oneWay);
            return end(oneWay, { ok: false, saw: 'reset' });
          }
          if (waits) return this.wait(pod, greet);
          connection.trips = 1 + trips;
          if (limit.tcpOnly || server?.admit === undefined)
            return end(oneWay + trips * oneWay * 2, { ok: true, connection });
          this.queue.after(trips * oneWay * 2, () => server.admit?.(() => end(oneWay, { ok: true, connection })));
        };
        greet();
      });
    syn(0);
  }
  private wait(pod: ModelPod, again: () => void): void {
    if (pod.paused) pod.inbox.push(again);
    else this.held.push(again);
  }

  // ── exchanging ──
  /** @param ackMs  after this long a message that is dropped all the while is given up, whatever the time-out */
  exchange(
    connection: ModelConnection,
    message: unknown,
    { timeoutMs, ackMs }: { readonly timeoutMs: number; readonly ackMs?: number },
    done: (reply: Reply<unknown>) => void,
  ): void {
    if (!connection.alive) return void this.queue.after(0, () => done({ ok: false, saw: 'end-of-file' }));
    let unacknowledged: Scheduled | undefined;
    const finish = (reply: Reply<unknown>): void => {
      connection.pending.delete(fail);
      unacknowledged?.cancel();
      if (reply.ok && connection.speaks !== 'http') connection.trips++;
      limit?.cancel();
      settle(reply);
    };
    const settle = once(done);
    const fail = (failure: Failure): void => finish(failure);
    const limit =
      timeoutMs === Infinity
        ? undefined
        : this.queue.after(timeoutMs, () => finish({ ok: false, saw: 'reply-silent' }));
    connection.pending.add(fail);
    const oneWay = (): number => this.oneWayMs(connection.from, connection.to.place, connection.to, connection.port);
    const answer = (value: unknown): void => {
      if (connection.server !== undefined) back(value);
    };
    const back = (value: unknown): void => {
      if (this.rules.blocked(connection)) return void this.held.push(() => back(value));
      // On its way: an end of the connection comes behind it.
      connection.pending.delete(fail);
      this.queue.after(oneWay(), () => finish({ ok: true, value }));
    };
    const arrive = (): void => {
      if (connection.strayed) this.sever(connection, 'reset', oneWay());
      else if (connection.server === undefined || connection.ended) this.endFromServer(connection, 'reset');
      else if (connection.to.paused) connection.to.inbox.push(arrive);
      else connection.server.handle(connection, message, answer);
    };
    const send = (): void => {
      if (connection.strayed || !this.rules.blocked(connection)) {
        unacknowledged?.cancel();
        return void this.queue.after(oneWay(), arrive);
      }
      this.held.push(send);
      const { from, to, port, protocol } = connection;
      if (ackMs !== undefined && this.rules.under('drop', from, to, port, protocol, 'open'))
        unacknowledged ??= this.queue.after(ackMs, () =>
          finish({ ok: false, saw: 'reply-silent', unacknowledged: true }),
        );
    };
    send();
  }
  /** One datagram there and one back. `refused`: nobody listens; silence otherwise. */
  datagram(
    from: Place,
    host: string,
    port: number,
    message: unknown,
    timeoutMs: number,
    done: (reply: Reply<unknown>) => void,
  ): void {
    const settle = once(done);
    const limit = this.queue.after(timeoutMs, () => settle({ ok: false, saw: 'reply-silent' }));
    const finish = (delayMs: number, reply: Reply<unknown>): void => {
      this.queue.after(delayMs, () => {
        limit.cancel();
        settle(reply);
      });
    };
    const located = this.where.locate(host, port, from);
    if (located === 'none') return finish(0, { ok: false, saw: 'refused' });
    if (isNobody(located)) return;
    const { pod, port: to } = located;
    const silent = (['drop', 'hang'] as const).some((kind) => this.rules.under(kind, from, pod, to, 'udp', 'new'));
    if (silent) return;
    const oneWay = this.oneWayMs(from, pod.place, pod, to, 'udp');
    if (this.rules.under('refuse', from, pod, to, 'udp', 'new') || pod.server === undefined)
      return finish(oneWay * 2, { ok: false, saw: 'refused' });
    const connection = new ModelConnection(from, pod, to, 'udp', host);
    const arrive = (): void => {
      if (pod.paused) pod.inbox.push(arrive);
      else pod.server?.handle(connection, message, (value) => finish(oneWay, { ok: true, value }));
    };
    this.queue.after(oneWay, arrive);
  }

  // ── endings ──
  close(connection: ModelConnection): void {
    if (!connection.alive) return;
    connection.alive = false;
    this.forget(connection);
  }
  private forget(connection: ModelConnection): void {
    if (this.connections.delete(connection)) connection.server?.closed?.(connection);
  }
  private sever(connection: ModelConnection, saw: 'reset' | 'end-of-file', delayMs: number): void {
    this.forget(connection);
    this.queue.after(delayMs, () => {
      connection.alive = false;
      for (const fail of [...connection.pending]) fail({ ok: false, saw });
    });
  }
  /** Its client reads the end a way later; where bytes wait, not before they get through. */
  private endFromServer(connection: ModelConnection, saw: 'reset' | 'end-of-file'): void {
    this.forget(connection);
    if (this.rules.blocked(connection)) return void this.held.push(() => this.endFromServer(connection, saw));
    const { from, to, port } = connection;
    this.sever(connection, saw, this.oneWayMs(from, to.place, to, port));
  }
  /** The server closes one of its connections; what arrives until its client knows is reset. */
  end(connection: ModelConnection): void {
    if (!this.connections.has(connection)) return;
    connection.ended = true;
    this.endFromServer(connection, 'end-of-file');
  }
  /** The program of a pod is gone: its kernel ends every connection to it. */
  programEnded(pod: ModelPod): void {
    pod.server = undefined;
    pod.listens = false;
    pod.paused = false;
    pod.inbox.length = 0;
    for (const one of [...this.connections]) if (one.to === pod) this.endFromServer(one, 'reset');
  }
  resumed(pod: ModelPod): void {
    pod.paused = false;
    for (const run of pod.inbox.splice(0)) this.queue.after(0, run);
  }

  message(from: Place, to: Place, signal?: AbortSignal): Promise<void> {
    const isCut = (): boolean => cutsMessages(this.rules.all, from, to);
    const hold = (again: () => void): void => void this.held.push(again);
    return delivered(this.queue, { oneWayMs: this.links.rttMs(from, to) / 2, isCut, hold }, signal);
  }
}
