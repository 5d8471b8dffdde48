/** asynq 0.26 (facts 5.2, 5.3). */
import { describe, expect, it } from 'vitest';
import { pollSleepMs, workerLoop, workerTurn } from '../../sim/behaviour/queue.ts';
import { GO_REDIS_DEFAULTS, redisPool, type RedisPool } from '../../sim/behaviour/redis-client.ts';
import { Script } from './script.ts';

const redis = (): RedisPool => redisPool({ ...GO_REDIS_DEFAULTS, host: 'redis', port: 6379 });
const job = JSON.stringify({ id: 'j1', payload: '{"requestId":"j1"}' });
const ops = (script: Script): string[] => script.messages().map((message) => (message as { op: string }).op);

describe('asynq worker', () => {
  it('does a job before it acknowledges it: a worker killed in between does it again', () => {
    const done: string[] = [];
    const script = new Script({
      exchange: (message: { op: string }) =>
        message.op === 'dequeue' ? job : message.op === 'done' ? (done.push('ack'), 'OK') : 'OK',
    });
    expect(
      script.run(
        workerTurn(
          redis(),
          () => 100,
          () => done.push('work'),
        ),
      ),
    ).toBe('worked');
    expect(done).toEqual(['work', 'ack']);
    expect(script.messages()[2]).toEqual({ op: 'dequeue', leaseUntilSeconds: 130 });
  });
  it('takes the next job at once, and sleeps 0.5 to 1.5 s at an empty queue', () => {
    let jobs = 2;
    const script = new Script({
      exchange: (message: { op: string }) => (message.op === 'dequeue' ? (jobs-- > 0 ? job : null) : 'OK'),
      random: () => 0.25,
    });
    script.run(
      workerLoop(
        redis(),
        1_000,
        () => 0,
        () => {},
        () => script.all('wait').length > 0,
      ),
    );
    expect(ops(script)).toEqual(['hello', 'introduce', 'dequeue', 'done', 'dequeue', 'done', 'dequeue']);
    expect(script.nowMs).toBe(750);
    expect([pollSleepMs(1_000, 0), pollSleepMs(1_000, 1)]).toEqual([500, 1_500]);
  });
  it('goes on after a failed dequeue', () => {
    const script = new Script({ dial: () => 'refused' });
    let turns = 0;
    script.run(
      workerLoop(
        redis(),
        1_000,
        () => 0,
        () => {},
        () => ++turns > 3,
      ),
    );
    expect(script.all('dial')).toHaveLength(12);
  });
});
