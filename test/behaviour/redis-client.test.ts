/** go-redis 9.14: options.go, redis.go, error.go, internal/pool/pool.go (facts 5.4). */
import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  GO_REDIS_DEFAULTS,
  redialBackground,
  redisCommand,
  redisPool,
  type RedisPool,
} from '../../sim/behaviour/redis-client.ts';
import { Late, Script, Seen, type Reactions } from './script.ts';

const pool = (): RedisPool => redisPool({ ...GO_REDIS_DEFAULTS, host: 'redis', port: 6379 });
const get = { op: 'get', key: 'k' } as const;
/** Answers the greeting, and everything else as told. */
const after = (answer: (attempt: number) => unknown): Reactions => {
  let commands = 0;
  return {
    exchange: (message: { op: string }) => (['hello', 'introduce'].includes(message.op) ? 'OK' : answer(commands++)),
  };
};

describe('go-redis: back-off', () => {
  it.each([
    [1, 0, 8],
    [1, 0.999_999, 23],
    [2, 0.999_999, 39],
    [3, 0.999_999, 71],
    [9, 0.999_999, 512],
  ])('waits 8 ms plus a draw below 8·2^n before try %i (draw %f: %i ms), 512 ms at most', (attempt, draw, ms) => {
    expect(backoffMs(attempt, draw, GO_REDIS_DEFAULTS)).toBe(ms);
  });
});

describe('go-redis: what is tried again', () => {
  it('gives up a refused Redis after 4 tries, in well under a second', () => {
    const script = new Script({ dial: () => 'refused', random: () => 0.999_999 });
    expect(script.run(redisCommand(pool(), get))).toMatchObject({ ok: false, saw: 'refused' });
    expect(script.all('dial')).toHaveLength(4);
    expect(script.nowMs).toBeLessThan(1_000);
  });

  it('does not retry a dial that ends in silence: 5 s and over', () => {
    const script = new Script({ dial: () => 'connect-silent' });
    expect(script.run(redisCommand(pool(), get))).toMatchObject({ ok: false, saw: 'connect-silent' });
    expect(script.nowMs).toBe(5_000);
  });

  it('has 5 s for look-up and connect together (facts 3.9: a dial deadline covers DNS too)', () => {
    const script = new Script({ query: () => new Late(['10.0.0.1'], 2_000), dial: () => 'connect-silent' });
    expect(script.run(redisCommand(pool(), get))).toMatchObject({ ok: false, saw: 'connect-silent' });
    expect(script.nowMs).toBe(5_000);
  });

  it('does not retry a greeting that is never answered: 3 s and over', () => {
    const script = new Script({ exchange: () => new Seen('reply-silent') });
    expect(script.run(redisCommand(pool(), get))).toMatchObject({ ok: false, saw: 'reply-silent' });
    expect(script.nowMs).toBe(3_000);
  });

  it('tries a command that is never answered 4 times, 3 s each, on a new connection each time', () => {
    const script = new Script(after(() => new Seen('reply-silent')));
    expect(script.run(redisCommand(pool(), get))).toMatchObject({ ok: false, saw: 'reply-silent' });
    expect(script.all('dial')).toHaveLength(4);
    expect(script.nowMs).toBe(4 * 3_000 + 3 * 8);
    expect(script.closed).toHaveLength(4);
  });

  it.each(['reset', 'end-of-file'])('replaces a connection that ended (%s) without the caller noticing', (saw) => {
    const redis = pool();
    const script = new Script(after((n) => (n === 0 ? new Seen(saw) : 'value')));
    expect(script.run(redisCommand(redis, get))).toEqual({ ok: true, value: 'value' });
    expect(redis.idle).toHaveLength(1);
  });

  it.each([
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    'ERR max number of clients reached',
  ])('tries again while Redis says %s', (detail) => {
    const script = new Script(after((n) => (n < 2 ? new Seen('redis-error', detail) : 'value')));
    expect(script.run(redisCommand(pool(), get))).toEqual({ ok: true, value: 'value' });
  });

  it('returns an ordinary error of Redis at once and keeps the connection', () => {
    const redis = pool();
    const script = new Script(after(() => new Seen('redis-error', 'WRONGTYPE Operation against a key')));
    expect(script.run(redisCommand(redis, get))).toMatchObject({ ok: false, saw: 'redis-error' });
    expect(script.messages()).toEqual([{ op: 'hello' }, { op: 'introduce' }, get]);
    expect(redis.idle).toHaveLength(1);
  });
});

describe('go-redis: pool', () => {
  it('waits 4 s for a place, and tries that 4 times too', () => {
    const redis = pool();
    const script = new Script();
    script.fill(redis.gate);
    expect(script.run(redisCommand(redis, get))).toEqual({ ok: false, saw: 'pool-timeout' });
    expect(script.nowMs).toBe(4 * 4_000 + 3 * 8);
    expect(script.inside(redis.gate)).toBe(GO_REDIS_DEFAULTS.poolSize);
  });

  it('passes over idle connections whose end has been noticed', () => {
    const redis = pool();
    const dead = { alive: false, speaks: 'redis', trips: 1 } as const;
    redis.idle.push(dead, dead);
    const script = new Script(after(() => 'value'));
    script.run(redisCommand(redis, get));
    expect(script.all('dial')).toHaveLength(1);
  });

  it('fails fast with the last error after PoolSize dial errors, until a background dial a second succeeds', () => {
    const redis = pool();
    let up = false;
    const script = new Script({ dial: () => (up ? undefined : 'refused') });
    for (let n = 0; n < GO_REDIS_DEFAULTS.poolSize / 4; n++) script.run(redisCommand(redis, get));
    const dials = script.all('dial').length;
    expect(dials).toBe(GO_REDIS_DEFAULTS.poolSize);
    up = true;
    expect(script.run(redisCommand(redis, get))).toMatchObject({ ok: false, saw: 'refused' });
    expect(script.all('dial')).toHaveLength(dials);
    const background = redialBackground(redis);
    let step = background.next();
    while (redis.dialErrors > 0)
      step = background.next(
        step.value?.do === 'query' ? { ok: true, addresses: ['a'], ttlMs: 1 } : { ok: true, connection: {} },
      );
    expect(script.run(redisCommand(redis, get))).toMatchObject({ ok: true });
  });

  it('fails fast as its last dial failed: after one without an answer nothing is tried again (facts 5.4: not retried: dial timeout)', () => {
    const redis = pool();
    let saw: 'connect-silent' | 'refused' = 'connect-silent';
    const script = new Script({ dial: () => saw });
    const command = () => {
      const [fromMs, before] = [script.nowMs, script.all('random').length];
      const { ok } = script.run(redisCommand(redis, get));
      return { ok, ms: script.nowMs - fromMs, backOffs: script.all('random').length - before };
    };
    for (let n = 0; n < GO_REDIS_DEFAULTS.poolSize; n++) command();
    expect(command()).toEqual({ ok: false, ms: 0, backOffs: 0 });
    // pool.go tryDial: the background dial's failure is the last one too.
    saw = 'refused';
    const background = redialBackground(redis);
    let step = background.next();
    for (let dials = 0; dials < 1; step = background.next({ ok: true, addresses: ['a'], ttlMs: 1 }))
      if (step.value?.do === 'dial') [dials, step] = [1, background.next({ ok: false, saw })];
    expect(command()).toEqual({ ok: false, ms: 24, backOffs: 3 });
  });

  it('does not set the count of dial errors back when a dial in between succeeds (pool.go: only tryDial does)', () => {
    const redis = pool();
    const script = new Script({
      ...after(() => 'value'),
      dial: (_host, attempt) => (attempt === 0 ? 'refused' : undefined),
    });
    script.run(redisCommand(redis, get));
    expect(redis.dialErrors).toBe(1);
  });
});
