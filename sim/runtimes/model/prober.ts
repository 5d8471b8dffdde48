/** One question from one place, in virtual time. */
import { DNS_PORT } from '../../../topology/load.ts';
import { dial, exchange, type Program, type Reply } from '../../behaviour/effects.ts';
import type { HttpResponse } from '../../behaviour/http-message.ts';
import type { Answer, Conversation, Place, Prober, Question, Saw, Target } from '../contract.ts';
import { run, world, type World } from './driver.ts';
import { type ModelConnection } from './connection.ts';
import { clusterNames, hostOf } from './hosts.ts';
import type { PodContext } from './pod.ts';

const asSaw = (saw: string): Saw => (saw === 'end-of-file' ? 'reset' : (saw as Saw));

function messageOf(question: Question): unknown {
  if (question.ask === 'http') return { method: 'GET', path: question.path, host: question.host, headers: {} };
  if (question.ask === 'sql') return { sql: 'simple', text: question.text };
  if (question.ask === 'name') return question.name;
  if (question.ask === 'length') return { op: 'length', list: question.list };
  return { op: 'ping' };
}
function described(question: Question, reply: Reply<unknown>): Omit<Answer, 'tookMs'> {
  if (!reply.ok) return { saw: asSaw(reply.saw), detail: 'detail' in reply ? String(reply.detail) : question.ask };
  if (question.ask === 'http') return { saw: 'answer', status: (reply.value as HttpResponse).status, detail: '' };
  if (question.ask === 'name') {
    const value = reply.value as { ok: boolean; saw?: string };
    return value.ok ? { saw: 'answer', detail: '' } : { saw: asSaw(value.saw ?? 'servfail'), detail: question.name };
  }
  if (question.ask === 'ping' || question.ask === 'length')
    return { saw: 'answer', detail: String('value' in reply ? reply.value : '') };
  return { saw: 'answer', detail: '' };
}

function* askOnce(target: Target, question: Question, patienceMs: number): Program<Omit<Answer, 'tookMs'>> {
  const dialled = yield* dial('http', hostOf(target), target.port, patienceMs);
  if (!dialled.ok) return { saw: asSaw(dialled.saw), detail: 'connecting' };
  const reply: Reply<unknown> = yield* exchange(dialled.connection, messageOf(question), patienceMs);
  yield { do: 'close', connection: dialled.connection };
  return described(question, reply);
}

export function modelProber(context: PodContext): Prober {
  const at = (place: Place): World =>
    world({
      queue: context.queue,
      network: context.network,
      place,
      prng: context.prng.split(`prober ${place}`),
      dns: { host: clusterNames(context.topology), port: DNS_PORT },
    });
  const timed = (begin: (done: (answer: Omit<Answer, 'tookMs'>) => void) => void): Promise<Answer> =>
    new Promise((resolve) => {
      const fromMs = context.queue.nowMs;
      begin((answer) => resolve({ ...answer, tookMs: context.queue.nowMs - fromMs }));
    });
  const datagram = (from: Place, target: Target, question: Question, patienceMs: number): Promise<Answer> =>
    timed((done) =>
      context.network.datagram(from, hostOf(target), target.port, messageOf(question), patienceMs, (reply) =>
        done(described(question, reply)),
      ),
    );
  const connect = (from: Place, target: Target, timeoutMs: number): Promise<Answer> =>
    timed((done) =>
      context.network.dial(from, hostOf(target), target.port, { timeoutMs, tcpOnly: true }, (dialled) => {
        if (!dialled.ok) return done({ saw: asSaw(dialled.saw), detail: 'connecting' });
        context.network.close(dialled.connection as ModelConnection);
        done({ saw: 'answer', detail: '' });
      }),
    );
  return {
    ask(from, target, question, patienceMs) {
      if (question.ask === 'connect') return connect(from, target, patienceMs);
      if (question.ask === 'name') return datagram(from, target, question, patienceMs);
      return timed((done) => run(at(from), askOnce(target, question, patienceMs), done));
    },
    async converse(from, target, protocol): Promise<Conversation> {
      if (protocol === 'udp')
        return {
          ask: (question, patienceMs) => datagram(from, target, question, patienceMs),
          [Symbol.asyncDispose]: () => Promise.resolve(),
        };
      const connection = await new Promise<ModelConnection>((resolve, reject) =>
        context.network.dial(from, hostOf(target), target.port, { timeoutMs: 5_000 }, (dialled) =>
          dialled.ok
            ? resolve(dialled.connection as ModelConnection)
            : reject(new Error(`no conversation: ${dialled.saw}`)),
        ),
      );
      return {
        ask: (question, patienceMs) =>
          timed((done) =>
            context.network.exchange(connection, messageOf(question), { timeoutMs: patienceMs }, (reply) =>
              done(described(question, reply)),
            ),
          ),
        [Symbol.asyncDispose]() {
          context.network.close(connection);
          return Promise.resolve();
        },
      };
    },
  };
}
