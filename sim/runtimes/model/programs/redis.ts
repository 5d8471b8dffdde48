/** Redis in the model: strings with a time to live, and asynq's queue. Nothing is kept across a restart (no persistence). */
import type { RedisCommand, RedisValue } from '../../../behaviour/redis-client.ts';
import type { EventQueue } from '../event-queue.ts';
import { SERVICE_MS, type ModelProgram } from './program.ts';

interface Job {
  readonly id: string;
  readonly payload: string;
}
class Store {
  private readonly strings = new Map<string, { value: string; untilMs: number }>();
  private readonly tasks = new Map<string, Job>();
  private readonly pending: string[] = [];
  private readonly active = new Set<string>();
  private readonly queue: EventQueue;
  constructor(queue: EventQueue) {
    this.queue = queue;
  }

  execute(command: RedisCommand): RedisValue {
    switch (command.op) {
      case 'hello':
      case 'introduce':
      case 'ping':
        return 'PONG';
      case 'get': {
        const found = this.strings.get(command.key);
        return found === undefined || found.untilMs <= this.queue.nowMs ? null : found.value;
      }
      case 'set':
        this.strings.set(command.key, { value: command.value, untilMs: this.queue.nowMs + command.ttlSeconds * 1_000 });
        return 'OK';
      case 'del':
        return this.strings.delete(command.key) ? '1' : '0';
      case 'enqueue':
        if (this.tasks.has(command.id)) return '0';
        this.tasks.set(command.id, { id: command.id, payload: command.payload });
        this.pending.unshift(command.id);
        return '1';
      case 'dequeue':
        return this.dequeue();
      case 'done':
        this.active.delete(command.id);
        this.tasks.delete(command.id);
        return 'OK';
    }
  }
  private dequeue(): RedisValue {
    const id = this.pending.pop();
    const job = id === undefined ? undefined : this.tasks.get(id);
    if (job === undefined) return null;
    this.active.add(job.id);
    return JSON.stringify(job);
  }
}

export const redis: ModelProgram = ({ world }) => {
  const store = new Store(world.queue);
  let busyUntilMs = 0;
  return {
    handshakeTrips: 0,
    handle(_connection, message, reply) {
      // One thread: commands wait for one another.
      busyUntilMs = Math.max(busyUntilMs, world.queue.nowMs) + SERVICE_MS.redis;
      world.queue.after(busyUntilMs - world.queue.nowMs, () => {
        if (world.alive) reply(store.execute(message as RedisCommand));
      });
    },
  };
};
