/** The live Postgres client against a real Postgres with TLS and SCRAM: what pgx's messages cost (facts 4.2) and what failures look like. */
import { createServer } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATEMENTS } from '../../sim/behaviour/tasks-api.ts';
import type { LiveConnection } from '../../sim/parts/connection.ts';
import { postgresDialer } from '../../sim/parts/postgres.ts';
import { noPostgres, testDatabase, type TestDatabase } from './database.ts';
import { skipped } from '../skipped.ts';
import { addresses } from './program.ts';
import { tcpServer } from './sockets.ts';

const next = addresses();
const FOREVER = { timeoutMs: Infinity };
const reason = noPostgres();

describe.skipIf(reason !== undefined)(`postgres: a real server${skipped(reason)}`, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase(next());
  });
  afterAll(() => database[Symbol.asyncDispose]());
  async function dialled(at = database.config): Promise<LiveConnection> {
    const result = await postgresDialer(database.config, STATEMENTS)(at, FOREVER);
    if (!result.ok) throw new Error(result.saw);
    return result.connection;
  }
  const simple = (connection: LiveConnection, text: string): Promise<unknown> =>
    connection.exchange({ sql: 'simple', text }, FOREVER);

  it('prepares once, executes by name, and gives whole numbers as numbers', async () => {
    const connection = await dialled();
    const prepared = await connection.exchange({ sql: 'prepare', name: 'residence' }, FOREVER);
    const rows = await connection.exchange({ sql: 'execute', name: 'residence', values: [7] }, FOREVER);
    connection.close();
    expect([prepared, rows]).toEqual([
      { ok: true, value: [] },
      { ok: true, value: [{ id: 8 }] },
    ]);
  });

  it('counts 6 round trips to open (TCP, SSLRequest, TLS 1.3, SCRAM 3), then one a message', async () => {
    const connection = await dialled();
    const counted = [connection.trips];
    const messages = [
      { sql: 'simple', text: 'BEGIN' },
      { sql: 'prepare', name: 'residence' },
      { sql: 'execute', name: 'residence', values: [7] },
      { sql: 'simple', text: 'COMMIT' },
    ];
    for (const message of messages) {
      await connection.exchange(message, FOREVER);
      counted.push(connection.trips);
    }
    connection.close();
    expect(counted).toEqual([6, 7, 8, 9, 10]);
  });

  it('sends each of them in one flight: a prepared statement is not parsed again', async () => {
    // Every flight of the client through a counting pipe; TLS hides what is in it, so the count of turns is held.
    const at = next();
    let turns = 0;
    const pipe = createServer((client) => {
      const server = connect(database.config);
      let last = '';
      client.on('data', (chunk) => {
        if (last !== 'client') turns++;
        last = 'client';
        server.write(chunk);
      });
      server.on('data', (chunk) => {
        last = 'server';
        client.write(chunk);
      });
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const)
        one.on('error', () => {}).on('close', () => other.destroy());
    });
    pipe.listen(at.port, at.host);
    await once(pipe, 'listening');
    const connection = await dialled({ ...database.config, ...at });
    const cost = async (message: unknown): Promise<number> => {
      const before = turns;
      await connection.exchange(message, FOREVER);
      return turns - before;
    };
    const execute = { sql: 'execute', name: 'list', values: [1] };
    const costs = [
      await cost({ sql: 'simple', text: 'BEGIN' }),
      await cost({ sql: 'prepare', name: 'list' }),
      await cost(execute),
      await cost(execute),
    ];
    connection.close();
    pipe.close();
    expect(costs).toEqual([1, 1, 1, 1]);
  });

  it('an SQL error leaves the connection usable', async () => {
    const connection = await dialled();
    const reply = await simple(connection, 'SELECT 1/0');
    const after = await simple(connection, 'SELECT 1 AS one');
    connection.close();
    expect(reply).toMatchObject({ ok: false, saw: 'sql-error', detail: expect.stringMatching(/^22012 /) as string });
    expect(after).toEqual({ ok: true, value: [{ one: 1 }] });
  });

  it('a session ended by the server (57P01) is over, idle or in the middle of a statement', async () => {
    const [idle, busy, killer] = [await dialled(), await dialled(), await dialled()];
    const pid = async (of: LiveConnection): Promise<number> =>
      ((await simple(of, 'SELECT pg_backend_pid() AS pid')) as { value: [{ pid: number }] }).value[0].pid;
    const pids = [await pid(idle), await pid(busy)];
    const sleeping = simple(busy, 'SELECT pg_sleep(600)');
    await simple(killer, `SELECT pg_terminate_backend(${pids[0]}, 5000), pg_terminate_backend(${pids[1]}, 5000)`);
    expect(await sleeping).toMatchObject({ ok: false, saw: 'end-of-file' });
    expect(await simple(idle, 'SELECT 1')).toMatchObject({ ok: false });
    expect([idle.alive, busy.alive]).toEqual([false, false]);
    killer.close();
  });

  it('a wrong password ends the dial', async () => {
    const dial = postgresDialer({ ...database.config, password: 'wrong' }, STATEMENTS);
    expect(await dial(database.config, FOREVER)).toEqual({ ok: false, saw: 'end-of-file' });
  });

  it('a dial is refused, reset, or silent, as its server is', async () => {
    const dial = postgresDialer(database.config, STATEMENTS);
    expect(await dial(next(), FOREVER)).toEqual({ ok: false, saw: 'refused' });
    const [resets, silent] = [next(), next()];
    await using _resets = await tcpServer(resets, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await dial(resets, FOREVER)).toEqual({ ok: false, saw: 'reset' });
    await using _silent = await tcpServer(silent, () => {});
    expect(await dial(silent, { timeoutMs: 50 })).toEqual({ ok: false, saw: 'reply-silent' });
  });
});
