/** Asks over the wires of the twin, as who stands at the asking place would. */
import { Client, DatabaseError } from 'pg';
import { timer } from '../../../topology/timers.ts';
import type { Answer, Conversation, Place, Prober, Question, Target } from '../contract.ts';
import { ask, askAt, openConversation, type AskAddress } from '../ask.ts';
import type { EmbeddedNetwork } from './network.ts';
import { APP_USER, DATABASE } from './postgres.ts';
import type { Secrets } from './programs.ts';

/** A client that has not connected yet. @param patienceMs  for connecting, and for each answer */
function clientOf(address: AskAddress, patienceMs: number, secrets: Secrets): Client {
  const client = new Client({
    ...address,
    user: APP_USER,
    password: secrets.databasePassword,
    database: DATABASE,
    ssl: { rejectUnauthorized: false },
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
  // Who is cut off while nobody asks is told by the next question.
  client.on('error', () => undefined);
  return client;
}
/** @param ready  what has to be done before the question, in its time */
async function askSql(client: Client, text: string, ready: () => Promise<unknown>): Promise<Answer> {
  const fromMs = performance.now();
  const tookMs = (): number => performance.now() - fromMs;
  try {
    await ready();
    const { rowCount } = await client.query(text);
    return { saw: 'answer', detail: `${rowCount ?? 0} rows`, tookMs: tookMs() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof DatabaseError && error.severity === 'ERROR')
      return { saw: 'sql-error', detail: `${code ?? '?????'} ${message}`, tookMs: tookMs() };
    const saw = code === 'ECONNREFUSED' ? 'refused' : /timeout/i.test(message) ? 'reply-silent' : 'reset';
    return { saw, detail: code ?? message, tookMs: tookMs() };
  }
}
async function askOnce(address: AskAddress, text: string, patienceMs: number, secrets: Secrets): Promise<Answer> {
  const client = clientOf(address, patienceMs, secrets);
  const answer = await askSql(client, text, () => client.connect());
  await client.end().catch(() => undefined);
  return answer;
}
const SESSION_MS = timer('proof.patience').ms;
async function openSession(address: AskAddress, secrets: Secrets): Promise<Conversation> {
  const client = clientOf(address, SESSION_MS, secrets);
  await client.connect();
  return {
    ask: (question) => askSql(client, question.ask === 'sql' ? question.text : 'SELECT 1', () => Promise.resolve()),
    [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
  };
}

export function embeddedProber(network: EmbeddedNetwork, secrets: Secrets): Prober {
  return {
    ask: (from: Place, target: Target, question: Question, patienceMs: number) =>
      askAt(network.addressFor(target, from, question.ask === 'name' ? 'udp' : 'tcp'), (address) =>
        question.ask === 'sql'
          ? askOnce(address, question.text, patienceMs, secrets)
          : ask(address, question, patienceMs),
      ),
    async converse(from, target, protocol) {
      const address = await network.addressFor(target, from, protocol === 'udp' ? 'udp' : 'tcp');
      return protocol === 'sql' ? openSession(address, secrets) : openConversation(address, protocol);
    },
  };
}
