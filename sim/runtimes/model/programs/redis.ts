/** Redis in the model: strings with a time to live, and asynq's queue. Nothing is kept across a restart (no persistence). */
import { QUEUE_KEYS } from '../../../behaviour/queue.ts';
import type { RedisCommand } from '../../../behaviour/redis-client.ts';
import type { EventQueue } from '../event-queue.ts';
import { SERVICE_MS, type ModelProgram } from './program.ts';
import { QueueStore } from './queue-store.ts';

class Store {
  private readonly strings = new Map<string, { value: string; untilMs: number }>();
  private readonly jobs = new QueueStore();
  private readonly queue: EventQueue;
  constructor(queue: EventQueue) {
    this.queue = queue;
  }

  execute(command: RedisCommand): ReturnType<QueueStore['execute']> {
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
      case 'length':
        return String(command.list === QUEUE_KEYS.pending ? this.jobs.waiting : 0);
      default:
        return this.jobs.execute(command);
    }
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
