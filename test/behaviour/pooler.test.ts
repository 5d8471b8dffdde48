/** PgBouncer's transaction mode and its queue (facts 4.1). */
import { describe, expect, it } from 'vitest';
import { admit, poolerOf, release, type Pooler } from '../../sim/behaviour/pooler.ts';
import { timer } from '../../topology/timers.ts';
import { Script } from './script.ts';

const pooler = (): Pooler => ({ gate: { capacity: 2 }, queryWaitMs: timer('pooler.query-wait').ms });

describe('pooler', () => {
  it('gives a server for the length of a transaction: one for all its statements', () => {
    const [script, pool, client] = [new Script(), pooler(), { hasServer: false }];
    expect([script.run(admit(pool, client)), script.run(admit(pool, client))]).toEqual([true, true]);
    expect(script.inside(pool.gate)).toBe(1);
    script.run(release(pool, client));
    script.run(release(pool, client));
    expect(script.inside(pool.gate)).toBe(0);
  });
  it('stands before a Postgres as soon as one of its settings is given, the others as its host has them', () => {
    expect(poolerOf({})).toBe(undefined);
    expect(poolerOf({ poolerServers: 2 })).toEqual({ gate: { capacity: 2 }, queryWaitMs: 120_000 });
    expect(poolerOf({ poolerQueryWaitMs: 500 })).toEqual({ gate: { capacity: 93 }, queryWaitMs: 500 });
  });
  it('lets a client wait 120 s for one (query_wait_timeout), and has nothing to take back from who got none', () => {
    const [script, pool, client] = [new Script(), pooler(), { hasServer: false }];
    script.fill(pool.gate);
    expect(script.run(admit(pool, client))).toBe(false);
    script.run(release(pool, client));
    expect([script.nowMs, script.inside(pool.gate)]).toEqual([120_000, 2]);
  });
});
