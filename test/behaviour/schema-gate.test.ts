/** The api's schema gate (facts 7: goose 3.27 migrate.go), in virtual time. */
import { describe, expect, it } from 'vitest';
import { PGX_DEFAULTS, sqlPool, type SqlPool } from '../../sim/behaviour/sql-pool.ts';
import { appliedVersion, schemaRefusal } from '../../sim/behaviour/schema-gate.ts';
import { Script, Seen } from './script.ts';

const pool = (): SqlPool => sqlPool({ ...PGX_DEFAULTS, host: 'neon', port: 5432 });
const row = (version: number, applied = true) => ({ version_id: String(version), is_applied: applied });

describe('schema gate', () => {
  it('the newest record of a version decides whether it is applied', () => {
    expect(appliedVersion([row(1), row(0)])).toBe(1);
    expect(appliedVersion([row(2, false), row(2), row(1), row(0)])).toBe(1);
    expect(appliedVersion([row(2), row(2, false), row(2), row(1)])).toBe(2);
    expect(appliedVersion([])).toBe(0);
  });
  const ask = (script: Script, wanted = 1, sql = pool()): string | undefined => script.run(schemaRefusal(sql, wanted));
  it('passes at the version that is wanted, and gives its connection back', () => {
    const sql = pool();
    expect(ask(new Script({ exchange: () => [row(1), row(0)] }), 1, sql)).toBeUndefined();
    expect(sql.idle).toHaveLength(1);
  });
  it("refuses an older schema, and a database without goose's table", () => {
    expect(ask(new Script({ exchange: () => [row(1)] }), 2)).toBe('schema precondition: version 2 wanted, 1 applied');
    const missing = new Seen('sql-error', '42P01 relation "goose_db_version" does not exist');
    expect(ask(new Script({ exchange: () => missing }))).toContain('42P01');
  });
  it('waits for a database that comes up late, and gives up one that does not', () => {
    const late = new Script({
      dial: (_host, attempt) => (attempt < 3 ? 'refused' : undefined),
      exchange: () => [row(1)],
    });
    expect(ask(late)).toBeUndefined();
    const script = new Script({ dial: () => 'refused' });
    expect(ask(script)).toBe('schema precondition: database not reached (refused)');
    expect(script.nowMs).toBeLessThan(10_000);
  });
});
