/**
 * Neon's scale to zero, on a real Postgres: sessions are ended as an administrator ends them, and a log-in trigger holds
 * whoever comes next until it is awake. The server process itself goes on: that it is gone nobody could tell from outside.
 */
import { openAdmin } from './postgres-server.ts';
import { DATABASE } from './postgres-template.ts';

/** The first to log in holds the row while it wakes; who comes meanwhile waits for that row and finds it awake. */
const SLEEP = `
  CREATE SCHEMA IF NOT EXISTS host;
  CREATE TABLE IF NOT EXISTS host.compute (asleep boolean NOT NULL, wake_s float8 NOT NULL);
  CREATE OR REPLACE FUNCTION host.wake() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE found host.compute;
    BEGIN
      IF NOT (SELECT asleep FROM host.compute) THEN RETURN; END IF;
      SELECT * INTO found FROM host.compute FOR UPDATE;
      IF found.asleep THEN
        PERFORM pg_sleep(found.wake_s);
        UPDATE host.compute SET asleep = false;
      END IF;
    END $$;
  DROP EVENT TRIGGER IF EXISTS wake;
  DELETE FROM host.compute;`;
const END_SESSIONS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
const WAKE = 'DROP EVENT TRIGGER IF EXISTS wake';

/** @param wakeMs  how long it takes to wake; undefined: it is awake from now on */
export async function suspend(folder: string, port: number, wakeMs: number | undefined): Promise<void> {
  await using admin = await openAdmin(folder, port, DATABASE);
  if (wakeMs === undefined) return void (await admin.query(WAKE));
  await admin.query(SLEEP);
  await admin.query(`INSERT INTO host.compute VALUES (true, ${wakeMs / 1_000})`);
  await admin.query('CREATE EVENT TRIGGER wake ON login EXECUTE FUNCTION host.wake()');
  await admin.query(END_SESSIONS);
}
