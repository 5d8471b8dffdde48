/**
 * A migration that runs without a transaction (`-- +goose NO TRANSACTION`) and breaks off half-way: a column bears its new
 * name, and goose's record says that the version is not applied. Healed by hand: the name given back, the record removed.
 */
import { z } from 'zod';
import { place } from '../../topology/schema.ts';
import { SimError } from '../errors.ts';
import { type Fault } from './fault.ts';

const identifier = z.string().regex(/^[a-z_]+$/);
const params = z.strictObject({
  /** The workload whose migration it is: its job runs where the first of its pods stands. */
  of: z.string(),
  place,
  port: z.number().int(),
  version: z.number().int().positive(),
  table: identifier,
  column: identifier,
  renamed: identifier,
});

/** Longer than the lock on the table is waited for while transactions of some round trips end. */
const PATIENCE_MS = 10_000;

export const halfMigration: Fault<z.infer<typeof params>> = {
  id: 'half-migration',
  title: ({ version, table, column, renamed }) =>
    `migration ${version} breaks off after it has renamed ${table}.${column} to ${renamed}`,
  params,
  needs: ['sql'],
  async apply(stage, cluster, { of, place, port, version, table, column, renamed }) {
    const from = cluster.nodeOf(cluster.podsOf(of)[0] ?? '');
    const run = async (text: string): Promise<void> => {
      const { saw, detail } = await stage.prober.ask(from, { place, port }, { ask: 'sql', text }, PATIENCE_MS);
      if (saw === 'answer') return;
      throw new SimError('SIM_FAULT_FAILED', `half-migration: "${text}" at ${place} from ${from}: ${saw}, ${detail}`, {
        hint: 'is the database reached, and is this the only fault that changes the column?',
      });
    };
    /** What was done and is not yet undone; each goes when it is. */
    const undo: string[] = [];
    const mend = async (): Promise<void> => {
      for (let text = undo[0]; text !== undefined; text = undo[0]) {
        await run(text);
        undo.shift();
      }
    };
    await run(`ALTER TABLE ${table} RENAME COLUMN ${column} TO ${renamed}`);
    undo.push(`ALTER TABLE ${table} RENAME COLUMN ${renamed} TO ${column}`);
    try {
      await run(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (${version}, false)`);
    } catch (error) {
      await mend();
      throw error;
    }
    undo.push(`DELETE FROM goose_db_version WHERE version_id = ${version}`);
    return { [Symbol.asyncDispose]: mend };
  },
  /** Whoever still reads the column by its old name. */
  witnesses: (view, { place, port, table, column }) =>
    view.nodes.map((from) => ({
      from,
      target: { place, port },
      about: `${table}.${column} from ${from}`,
      question: { ask: 'sql', text: `SELECT ${column} FROM ${table} LIMIT 1` },
      during: ['sql-error'],
    })),
};
