/** Asks over the wires of the twin, as who stands at the asking place would. */
import { Client, DatabaseError } from 'pg';
import type { Answer, Place, Prober, Question, Target } from '../contract.ts';
import { ask, openConversation, type AskAddress } from '../ask.ts';
import type { EmbeddedNetwork } from './network.ts';
import { APP_USER, DATABASE } from './postgres.ts';
import type { Secrets } from './programs.ts';

async function askSql(address: AskAddress, text: string, patienceMs: number, secrets: Secrets): Promise<Answer> {
  const fromMs = performance.now();
  const tookMs = (): number => performance.now() - fromMs;
  const client = new Client({
    ...address,
    user: APP_USER,
    password: secrets.databasePassword,
    database: DATABASE,
    ssl: { rejectUnauthorized: false },
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
  try {
    await client.connect();
    const { rowCount } = await client.query(text);
    return { saw: 'answer', detail: `${rowCount ?? 0} rows`, tookMs: tookMs() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof DatabaseError && error.severity === 'ERROR')
      return { saw: 'sql-error', detail: `${code ?? '?????'} ${message}`, tookMs: tookMs() };
    const saw = code === 'ECONNREFUSED' ? 'refused' : /timeout/i.test(message) ? 'reply-silent' : 'reset';
    return { saw, detail: code ?? message, tookMs: tookMs() };
  } finally {
    await client.end().catch(() => undefined);
  }
}

export function embeddedProber(network: EmbeddedNetwork, secrets: Secrets): Prober {
  return {
    async ask(from: Place, target: Target, question: Question, patienceMs: number) {
      const address = await network.addressFor(target, from, question.ask === 'name' ? 'udp' : 'tcp');
      return question.ask === 'sql'
        ? askSql(address, question.text, patienceMs, secrets)
        : ask(address, question, patienceMs);
    },
    async converse(from, target, protocol) {
      return openConversation(await network.addressFor(target, from, protocol), protocol);
    },
  };
}
