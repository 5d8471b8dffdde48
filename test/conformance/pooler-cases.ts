/**
 * What clients of PgBouncer in transaction mode meet while its servers are all taken, run against the real one (Docker) and
 * against our stand-in before a real Postgres. Sources: PgBouncer doc/config.md (pool_mode, default_pool_size,
 * query_wait_timeout, client_tls_sslmode), src/janitor.c; facts.md 4.1.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { Client, DatabaseError, type ClientConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SILENCE_MS } from './patience.ts';

/** Of the pooler under test. */
export const SERVERS = 2;
export const QUERY_WAIT_MS = 4_000;
export interface PoolerWorld extends AsyncDisposable {
  /** How a client logs in, TLS left out. */
  readonly login: ClientConfig;
}

export function runPoolerCases(start: () => Promise<PoolerWorld>): void {
  let world: PoolerWorld;
  const open = new Set<Client>();
  beforeAll(async () => (world = await start()));
  afterAll(() => world?.[Symbol.asyncDispose]());

  const client = async (): Promise<Client> => {
    const one = new Client({ ...world.login, ssl: { rejectUnauthorized: false } });
    one.on('error', () => undefined);
    await one.connect();
    open.add(one);
    return one;
  };
  const leave = (one: Client): Promise<void> => {
    open.delete(one);
    return one.end();
  };
  /** As many transactions as there are servers. */
  const taken = async (): Promise<[Client, Client]> => {
    const holders: [Client, Client] = [await client(), await client()];
    for (const one of holders) await one.query('BEGIN');
    return holders;
  };
  const silent = async (asked: Promise<unknown>): Promise<boolean> => {
    const unanswered = new Promise<'silent'>((resolve) => setTimeout(() => resolve('silent'), SILENCE_MS));
    return (await Promise.race([asked, unanswered])) === 'silent';
  };
  /** Everybody leaves, and with them whatever they held. */
  const everybodyLeaves = async (): Promise<void> => {
    for (const one of [...open]) await leave(one).catch(() => undefined);
  };
  const scenario = (name: string, play: () => Promise<void>): void =>
    test(name, async () => {
      try {
        await play();
      } finally {
        await everybodyLeaves();
      }
    });

  describe('pooler, transaction mode', () => {
    scenario(
      'who finds every server taken is let in, and his first statement waits for the end of a transaction',
      async () => {
        const [first] = await taken();
        const third = await client();
        const asked = third.query('SELECT 3 AS n');
        expect(await silent(asked)).toBe(true);
        await first.query('COMMIT');
        expect((await asked).rows).toEqual([{ n: 3 }]);
      },
    );
    scenario('who came first is served first', async () => {
      const [first] = await taken();
      const answered: string[] = [];
      const ask = async (name: string): Promise<void> => {
        const one = await client();
        void one.query('SELECT pg_sleep(0.05)').then(() => answered.push(name));
      };
      for (const name of ['third', 'fourth', 'fifth']) await ask(name);
      expect(await silent(new Promise(() => undefined))).toBe(true);
      await first.query('ROLLBACK');
      await expect.poll(() => answered.length, { timeout: QUERY_WAIT_MS }).toBe(3);
      expect(answered).toEqual(['third', 'fourth', 'fifth']);
    });
    scenario('a server is held for all of a transaction, also between its statements and after an error', async () => {
      const [first] = await taken();
      const third = await client();
      const asked = third.query('SELECT 1');
      await first.query('SELECT 1');
      await expect(first.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' });
      expect(await silent(asked)).toBe(true);
      await first.query('ROLLBACK');
      await asked;
    });
    scenario('statements with parameters are answered in the transaction and outside of it', async () => {
      const one = await client();
      const add = { text: 'SELECT $1::int + 1 AS n', values: [1] };
      await one.query('BEGIN');
      expect((await one.query(add)).rows).toEqual([{ n: 2 }]);
      await one.query('COMMIT');
      expect((await one.query(add)).rows).toEqual([{ n: 2 }]);
    });
    scenario(
      'who goes away in the middle of a transaction gives his server back, and nothing of it stays',
      async () => {
        const [first] = await taken();
        await first.query('CREATE TABLE never (n int)');
        const third = await client();
        const asked = third.query(`SELECT to_regclass('never') AS found`);
        await leave(first);
        expect((await asked).rows).toEqual([{ found: null }]);
      },
    );
    scenario('who goes away in line takes no server with him', async () => {
      const [first, second] = await taken();
      const third = await client();
      void third.query('SELECT 1').catch(() => undefined);
      expect(await silent(new Promise(() => undefined))).toBe(true);
      await leave(third).catch(() => undefined);
      await first.query('COMMIT');
      await second.query('COMMIT');
      const holders = await taken();
      for (const one of holders) expect((await one.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    });
    scenario('who waited for query_wait_timeout is told so, and cut off: FATAL, 08P01', async () => {
      await taken();
      const third = await client();
      const ended = new Promise((resolve) => third.once('end', resolve));
      const fromMs = performance.now();
      const error: unknown = await third.query('SELECT 1').catch((one: unknown) => one);
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error).toMatchObject({ severity: 'FATAL', code: '08P01', message: 'query_wait_timeout' });
      expect(performance.now() - fromMs).toBeGreaterThanOrEqual(QUERY_WAIT_MS - 100);
      await ended;
    });
    scenario('a statement under way can be cancelled', async () => {
      const one = await client();
      const [pid] = (await one.query('SELECT 1')).rows;
      expect(pid).toBeDefined();
      const asked = one.query('SELECT pg_sleep(60)').catch((error: unknown) => error);
      expect(await silent(asked)).toBe(true);
      await cancel(one, { ...world.login, ssl: { rejectUnauthorized: false } });
      expect(await asked).toMatchObject({ code: '57014' });
    });
    scenario('who resets his connection in the middle of his first message harms nobody', async () => {
      const { host = '', port = 0 } = world.login;
      for (const said of ['', '\0\0\0']) {
        const socket = connect(port, host);
        await once(socket, 'connect');
        socket.write(said, () => socket.resetAndDestroy());
        await once(socket, 'close');
      }
      expect((await (await client()).query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    });
    scenario('who speaks no TLS is turned away', async () => {
      const plain = new Client({ ...world.login, ssl: false });
      await expect(plain.connect()).rejects.toMatchObject({
        severity: 'FATAL',
        code: '08P01',
        message: 'SSL required',
      });
    });
  });
}

/** A CancelRequest for whatever a client waits for, on a connection of its own. */
async function cancel(target: Client, login: ClientConfig): Promise<void> {
  const { processID, secretKey } = target as unknown as { readonly processID: number; readonly secretKey: number };
  const messenger = new Client(login) as unknown as {
    readonly connection: {
      connect(port: number, host: string): void;
      on(event: string, hear: () => void): void;
      requestSsl(): void;
      cancel(processID: number, secretKey: number): void;
    };
  };
  const { connection } = messenger;
  const ended = new Promise<void>((resolve) => connection.on('end', resolve));
  connection.on('error', () => undefined);
  connection.on('connect', () => connection.requestSsl());
  connection.on('sslconnect', () => connection.cancel(processID, secretKey));
  connection.connect(login.port ?? 0, login.host ?? '');
  await ended;
}
