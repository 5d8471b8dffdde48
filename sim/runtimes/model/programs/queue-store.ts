/** asynq's queue in the modelled Redis: what each of its scripts leaves on which key, without the keys. */
import type { Job } from '../../../behaviour/queue.ts';
import { FORWARDED_AT_ONCE, MAX_RETRY } from '../../../behaviour/queue.ts';
import type { RedisCommand, RedisValue } from '../../../behaviour/redis-client.ts';

export type QueueCommand = Extract<
  RedisCommand,
  { op: 'enqueue' | 'dequeue' | 'done' | 'retry' | 'archive' | 'requeue' | 'extend' | 'expired' | 'forward' }
>;
/** What a script says of a task that is not where it should be. */
const NOT_FOUND = { ok: false, saw: 'redis-error', detail: 'NOT FOUND' } as const;

const dueUntil = (set: ReadonlyMap<string, number>, seconds: number): string[] =>
  [...set]
    .filter(([, score]) => score <= seconds)
    .toSorted(([a, atA], [b, atB]) => atA - atB || (a < b ? -1 : 1))
    .map(([id]) => id);

export class QueueStore {
  private readonly tasks = new Map<string, Job>();
  private readonly pending: string[] = [];
  private readonly lease = new Map<string, number>();
  private readonly retry = new Map<string, number>();
  private readonly archived = new Map<string, number>();

  /** Jobs that nobody has taken yet. */
  get waiting(): number {
    return this.pending.length;
  }

  execute(command: QueueCommand): RedisValue | typeof NOT_FOUND {
    switch (command.op) {
      case 'enqueue': {
        const { id, payload } = command;
        if (this.tasks.has(id)) return '0';
        this.tasks.set(id, { id, type: '', payload, retried: 0, maxRetry: MAX_RETRY });
        this.pending.unshift(id);
        return '1';
      }
      case 'dequeue':
        return this.dequeue(command.leaseUntilSeconds);
      case 'done':
        return this.leave(command.id, () => this.tasks.delete(command.id));
      case 'retry': {
        const { job, dueSeconds } = command;
        return this.leave(job.id, () => {
          this.tasks.set(job.id, { ...job, retried: job.retried + 1 });
          this.retry.set(job.id, dueSeconds);
        });
      }
      case 'archive':
        return this.leave(command.job.id, () => this.archived.set(command.job.id, command.nowSeconds));
      case 'requeue':
        return this.leave(command.id, () => this.pending.push(command.id));
      case 'extend':
        for (const id of command.ids) if (this.lease.has(id)) this.lease.set(id, command.leaseUntilSeconds);
        return 'OK';
      case 'expired':
        return JSON.stringify(dueUntil(this.lease, command.untilSeconds).flatMap((id) => this.tasks.get(id) ?? []));
      case 'forward':
        return this.forward(command.nowSeconds);
    }
  }
  private dequeue(leaseUntilSeconds: number): RedisValue {
    const id = this.pending.pop();
    const job = id === undefined ? undefined : this.tasks.get(id);
    if (job === undefined) return null;
    this.lease.set(job.id, leaseUntilSeconds);
    return JSON.stringify(job);
  }
  /** A task leaves the hands it was in. */
  private leave(id: string, then: () => void): RedisValue | typeof NOT_FOUND {
    if (!this.lease.delete(id)) return NOT_FOUND;
    then();
    return 'OK';
  }
  private forward(nowSeconds: number): RedisValue {
    let moved = 0;
    for (let some = this.due(nowSeconds); some.length > 0; some = this.due(nowSeconds)) {
      for (const id of some) {
        this.retry.delete(id);
        this.pending.unshift(id);
      }
      moved += some.length;
    }
    return String(moved);
  }
  private due(nowSeconds: number): string[] {
    return dueUntil(this.retry, nowSeconds).slice(0, FORWARDED_AT_ONCE);
  }
}
