/** The api's schema gate (facts 7: goose 3.27 migrate.go), in virtual time. */
import { describe, expect, it } from 'vitest';
import { PGX_DEFAULTS, sqlPool, type SqlPool } from '../../../sim/behaviour/sql-pool.ts';
import { appliedVersion, requireSchema } from '../../../sim/parts/api/schema-gate.ts';
import { tokenOf, userOfHeader } from '../../../sim/parts/api/token.ts';
import { Script, Seen } from '../../behaviour/script.ts';

const pool = (): SqlPool => sqlPool({ ...PGX_DEFAULTS, host: 'neon', port: 5432 });
const row = (version: number, applied = true) => ({ version_id: String(version), is_applied: applied });

describe('schema gate', () => {
  it('the newest record of a version decides whether it is applied', () => {
    expect(appliedVersion([row(1), row(0)])).toBe(1);
    expect(appliedVersion([row(2, false), row(2), row(1), row(0)])).toBe(1);
    expect(appliedVersion([row(2), row(2, false), row(2), row(1)])).toBe(2);
    expect(appliedVersion([])).toBe(0);
  });
  it('passes at the version that is wanted, and gives its connection back', () => {
    const sql = pool();
    new Script({ exchange: () => [row(1), row(0)] }).run(requireSchema(sql, 1));
    expect(sql.idle).toHaveLength(1);
  });
  it("refuses an older schema, and a database without goose's table", () => {
    expect(() => new Script({ exchange: () => [row(1)] }).run(requireSchema(pool(), 2))).toThrow(
      'version 2 wanted, 1 applied',
    );
    expect(() =>
      new Script({ exchange: () => new Seen('sql-error', '42P01 relation "goose_db_version" does not exist') }).run(
        requireSchema(pool(), 1),
      ),
    ).toThrow('42P01');
  });
  it('waits for a database that comes up late, and gives up one that does not', () => {
    new Script({ dial: (_host, attempt) => (attempt < 3 ? 'refused' : undefined), exchange: () => [row(1)] }).run(
      requireSchema(pool(), 1),
    );
    const script = new Script({ dial: () => 'refused' });
    expect(() => script.run(requireSchema(pool(), 1))).toThrow('database not reached (refused)');
    expect(script.nowMs).toBeLessThan(10_000);
  });
});

describe('token', () => {
  it('proves the user it was made for, and no other', () => {
    const token = tokenOf(12, 'secret');
    expect(userOfHeader(`Token ${token}`, 'secret')).toBe(12);
    expect(userOfHeader(`Token ${token.replace('12.', '13.')}`, 'secret')).toBeUndefined();
    expect(userOfHeader(`Token ${token}`, 'other')).toBeUndefined();
  });
  it.each([undefined, '', 'Token', 'Token x.y', `Bearer ${tokenOf(1, 's')}`])('is not %j', (header) => {
    expect(userOfHeader(header, 's')).toBeUndefined();
  });
});
