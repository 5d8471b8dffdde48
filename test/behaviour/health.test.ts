/** The reference api's health probes: which ask nobody, and which the database. */
import { describe, expect, it } from 'vitest';
import { health, isHealthProbe } from '../../sim/behaviour/health.ts';
import { PGX_DEFAULTS, sqlPool, type SqlPool } from '../../sim/behaviour/sql-pool.ts';
import { Script, Seen, type Reactions } from './script.ts';

const pool = (): SqlPool => sqlPool({ ...PGX_DEFAULTS, host: 'neon.example.org', port: 5432 });
const probed = (path: string, reactions: Reactions = {}): { status: number; script: Script; sql: SqlPool } => {
  const [script, sql] = [new Script(reactions), pool()];
  return { status: script.run(health(sql, path)).status, script, sql };
};

describe('health', () => {
  it.each([
    ['GET', '/healthz', true],
    ['GET', '/healthz?ask=database', true],
    ['POST', '/healthz', false],
    ['GET', '/healthz/more', false],
    ['GET', '/api/tasks/', false],
  ])('%s %s is a probe: %s', (method, path, expected) => {
    expect(isHealthProbe({ method, path })).toBe(expected);
  });
  it.each(['/healthz', '/healthz?ask=nobody'])('%s asks nobody', (path) => {
    const { status, script } = probed(path, { dial: () => 'refused' });
    expect([status, script.effects]).toEqual([200, []]);
  });
  it("asks the database as Go's PingContext does: a connection and a ping, given back", () => {
    const { status, script, sql } = probed('/healthz?ask=database');
    expect([status, script.messages()]).toEqual([200, [{ sql: 'simple', text: '-- ping' }]]);
    expect([sql.idle.length, script.inside(sql.gate)]).toEqual([1, 0]);
  });
  it.each([
    ['is not reached', { dial: () => 'refused' }],
    ['is cut off meanwhile', { exchange: () => new Seen('reset') }],
  ] satisfies [string, Reactions][])('is 503 when the database %s', (_how, reactions) => {
    const { status, script, sql } = probed('/healthz?ask=database', reactions);
    expect([status, sql.idle.length, script.inside(sql.gate)]).toEqual([503, 0, 0]);
  });
});
