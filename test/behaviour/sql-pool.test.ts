/** database/sql over pgx (facts 3.10, 4.2). */
import { describe, expect, it } from 'vitest';
import {
  borrow,
  giveBack,
  PGX_DEFAULTS,
  simple,
  sqlPool,
  type Session,
  type SqlPool,
} from '../../sim/behaviour/sql-pool.ts';
import { createTask, listTasks, type App } from '../../sim/behaviour/tasks-api.ts';
import { GO_REDIS_DEFAULTS, redisPool } from '../../sim/behaviour/redis-client.ts';
import { Tally } from '../../sim/behaviour/tally.ts';
import { Script, Seen, type Reactions } from './script.ts';

const pool = (): SqlPool => sqlPool({ ...PGX_DEFAULTS, host: 'neon.example.org', port: 5432, maxOpen: 3, maxIdle: 2 });
const app = (onEnqueueFailure: 'ignore' | 'fail' = 'ignore'): App => ({
  settings: { cacheTtlSeconds: 300, onEnqueueFailure },
  sql: pool(),
  redis: redisPool({ ...GO_REDIS_DEFAULTS, host: 'redis', port: 6379 }),
});
const rows = {
  exchange: (message: { sql?: string; name?: string }) =>
    message.sql === 'execute' ? [{ id: 7 }] : message.sql === undefined ? null : [],
} satisfies Reactions;
function session(script: Script, of: SqlPool): Session {
  const borrowed = script.run(borrow(of));
  if (!borrowed.ok) throw new Error(borrowed.saw);
  return borrowed.session;
}
const sqlOf = (script: Script): string[] =>
  script.messages().flatMap((message) => {
    const { sql, text, name } = message as { sql?: string; text?: string; name?: string };
    return sql === undefined ? [] : [text ?? `${sql} ${name}`];
  });

describe('database/sql: pool', () => {
  it('takes the connection that was used last', () => {
    const [script, sql] = [new Script(), pool()];
    const [first, second] = [session(script, sql), session(script, sql)];
    script.run(giveBack(sql, first));
    script.run(giveBack(sql, second));
    expect(session(script, sql).pooled).toBe(second.pooled);
  });

  it('pings a connection that was idle for more than a second, and only then (pgx stdlib ResetSession)', () => {
    const [script, sql] = [new Script(), pool()];
    script.run(giveBack(sql, session(script, sql)));
    script.nowMs += 1_000;
    const used = session(script, sql);
    expect(script.messages()).toEqual([]);
    script.run(giveBack(sql, used));
    script.nowMs += 1_001;
    session(script, sql);
    expect(sqlOf(script)).toEqual(['-- ping']);
  });

  it('takes two bad connections from the pool at most, then a new one (maxBadConnRetries)', () => {
    const sql = pool();
    const script = new Script({ exchange: () => new Seen('end-of-file') });
    const used = [session(script, sql), session(script, sql)];
    for (const one of used) script.run(giveBack(sql, one));
    script.nowMs += 2_000;
    session(script, sql);
    expect(sqlOf(script)).toEqual(['-- ping', '-- ping']);
    expect(script.all('dial')).toHaveLength(3);
    expect(script.closed).toHaveLength(2);
  });

  it('keeps no more idle connections than maxIdle', () => {
    const [script, sql] = [new Script(), pool()];
    const used = [session(script, sql), session(script, sql), session(script, sql)];
    for (const one of used) script.run(giveBack(sql, one));
    expect([sql.idle.length, script.closed.length]).toEqual([2, 1]);
  });

  it('waits for a place as long as it takes: database/sql knows no limit (facts 3.10)', () => {
    const [script, sql] = [new Script(), pool()];
    script.fill(sql.gate);
    script.run(borrow(sql));
    expect(script.all('enter').map((one) => one.timeoutMs)).toEqual([Infinity]);
  });

  it('counts the connect time-out from after the look-up (pgx pgconn.go: connectPreferred sets it per address)', () => {
    const limited = sqlPool({ ...PGX_DEFAULTS, host: 'neon.', port: 5432, connectTimeoutMs: 2_000 });
    const slow = (_name: string, attempt: number) => (attempt === 0 ? 'reply-silent' : ['10.0.0.1']);
    const script = new Script({ query: slow, dial: () => 'connect-silent' });
    expect(script.run(borrow(limited))).toEqual({ ok: false, saw: 'connect-silent' });
    expect(script.nowMs).toBe(7_000);
  });
  it('gives its place back when the connect fails', () => {
    const sql = pool();
    const script = new Script({ dial: () => 'refused' });
    expect(script.run(borrow(sql))).toEqual({ ok: false, saw: 'refused' });
    expect(script.inside(sql.gate)).toBe(0);
  });

  it('sends nothing more on a connection that has failed, and closes it', () => {
    const sql = pool();
    const script = new Script({ exchange: () => new Seen('reset') });
    const used = session(script, sql);
    script.run(simple(used, 'BEGIN'));
    script.run(simple(used, 'COMMIT'));
    script.run(giveBack(sql, used));
    expect([script.messages().length, script.closed.length, sql.idle.length]).toEqual([1, 1, 0]);
  });
});

describe('create task: round trips to Postgres (facts 4.2)', () => {
  const trips = (script: Script, of: App): number => {
    script.tally = new Tally();
    script.run(createTask(of, 1, 'paint', 'u1-createTask-1'));
    const { postgres } = script.tally;
    return postgres.trips - postgres.handshakes;
  };

  it('are 6 on a new connection, 4 with statements prepared, 5 after a second of idleness', () => {
    const [script, of] = [new Script(rows), app()];
    expect(trips(script, of)).toBe(6);
    expect(sqlOf(script)).toEqual([
      'BEGIN',
      'prepare residence',
      'execute residence',
      'prepare insert',
      'execute insert',
      'COMMIT',
    ]);
    expect(trips(script, of)).toBe(4);
    script.nowMs += 1_001;
    expect(trips(script, of)).toBe(5);
  });

  it('end with ROLLBACK when Postgres refuses a statement, and the connection stays in the pool', () => {
    const of = app();
    const script = new Script({
      exchange: (message: { sql?: string; name?: string }) =>
        message.name === 'insert' ? new Seen('sql-error', '23505') : rows.exchange(message),
    });
    expect(script.run(createTask(of, 1, 'paint', 'x')).status).toBe(500);
    expect(sqlOf(script).at(-1)).toBe('ROLLBACK');
    expect(of.sql.idle).toHaveLength(1);
  });

  it('end at the statement whose connection was cut: 500', () => {
    const of = app();
    const script = new Script({
      exchange: (message: { sql?: string; name?: string }) =>
        message.name === 'insert' ? new Seen('reset') : rows.exchange(message),
    });
    expect(script.run(createTask(of, 1, 'paint', 'x'))).toMatchObject({
      status: 500,
      body: '{"message":"Internal Server Error"}',
    });
    expect(sqlOf(script).at(-1)).toBe('prepare insert');
    expect(of.sql.idle).toHaveLength(0);
  });
});

describe('create task without Redis', () => {
  const refused = (): Script =>
    new Script({ ...rows, dial: (_host, attempt) => (attempt === 0 ? undefined : 'refused') });
  it('is acknowledged and its job lost where the api ignores it', () => {
    expect(refused().run(createTask(app('ignore'), 1, 'paint', 'x'))).toMatchObject({ status: 201, jobLost: true });
  });
  it('is a 500 where the api does not', () => {
    expect(refused().run(createTask(app('fail'), 1, 'paint', 'x'))).toMatchObject({ status: 500, jobLost: true });
  });
});

describe('create task whose job id is queued already (facts 5.2: ErrTaskIDConflict)', () => {
  const script = (): Script =>
    new Script({
      exchange: (message: { sql?: string; op?: string }) => (message.op === 'enqueue' ? '0' : rows.exchange(message)),
    });
  it.each([
    ['ignore', 201],
    ['fail', 500],
  ] as const)('with "%s" is answered with %i: the job counts as not queued', (onEnqueueFailure, status) => {
    expect(script().run(createTask(app(onEnqueueFailure), 1, 'paint', 'x'))).toMatchObject({ status, jobLost: true });
  });
});

describe('list tasks', () => {
  const list = (reactions: Reactions): { readonly status: number; readonly cache: unknown; readonly trips: number } => {
    const script = new Script(reactions);
    const answer = script.run(listTasks(app(), 1));
    const { postgres } = script.tally;
    return { status: answer.status, cache: answer.cache, trips: postgres.trips - postgres.handshakes };
  };
  it('comes from the cache without a trip to Postgres', () => {
    expect(list({ exchange: (message: { op?: string }) => (message.op === 'get' ? '[]' : 'OK') })).toEqual({
      status: 200,
      cache: 'HIT',
      trips: 0,
    });
  });
  it('comes from Postgres and goes into the cache when it was not there', () => {
    const script = new Script(rows);
    expect(script.run(listTasks(app(), 1))).toMatchObject({ status: 200, cache: 'MISS' });
    expect(script.messages().at(-1)).toEqual({ op: 'set', key: 'tasks:user:1', value: '[{"id":7}]', ttlSeconds: 300 });
  });
  it('passes a Redis by that refuses', () => {
    expect(list({ ...rows, query: (name) => (name.startsWith('redis') ? 'no-such-name' : ['10.0.0.1']) })).toEqual({
      status: 200,
      cache: 'BYPASS',
      trips: 2,
    });
  });
});
