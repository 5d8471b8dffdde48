/**
 * One question over real sockets, and what was seen. It knows nothing of conditions and never asks twice. Both live
 * runtimes use it, from the place where the asker stands.
 */
import { createSocket } from 'node:dgram';
import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { decode, encode } from 'dns-packet';
import { afterReading } from '../clock.ts';
import type { Answer, Conversation, Question, Saw } from './contract.ts';

export interface AskAddress {
  readonly host: string;
  readonly port: number;
}
type Sight = Omit<Answer, 'tookMs'>;

/** A pod has no address yet, or none any more. */
export class NoAddress extends Error {
  constructor(pod: string) {
    super(`no pod ${pod}`);
  }
}
/** Whoever asks a pod without an address learns that there is no way to it; that is no error of his. */
export async function askAt<A>(address: Promise<A>, ask: (at: A) => Promise<Answer>): Promise<Answer> {
  try {
    return await ask(await address);
  } catch (error) {
    if (error instanceof NoAddress) return { saw: 'no-route', detail: error.message, tookMs: 0 };
    throw error;
  }
}

/** What an error of a socket is called here. */
export function sawOf(error: NodeJS.ErrnoException): Saw {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no-route';
    case 'ETIMEDOUT':
      return 'connect-silent';
    default:
      return 'reset';
  }
}

/** Bytes to send, and what the first bytes that come back mean. */
function dialogue(
  question: Question,
): { readonly send: string; readonly read: (reply: string) => Sight | undefined } | undefined {
  switch (question.ask) {
    case 'ping':
      return {
        send: 'PING\r\n',
        read: (reply) =>
          reply.includes('\r\n')
            ? { saw: 'answer', detail: reply.trim().replace(/^[+-]/, '').slice(0, 60) }
            : undefined,
      };
    case 'length':
      return {
        send: `LLEN ${question.list}\r\n`,
        read: (reply) => {
          const line = /^([:+-])(.*)\r\n/.exec(reply);
          if (line === null) return undefined;
          return { saw: line[1] === ':' ? 'answer' : 'reset', detail: (line[2] ?? '').slice(0, 60) };
        },
      };
    case 'http':
      return {
        send: `GET ${question.path} HTTP/1.1\r\nHost: ${question.host}\r\nConnection: close\r\nUser-Agent: kube-probe\r\n\r\n`,
        read: (reply) => {
          const status = /^HTTP\/1\.\d (\d{3})/.exec(reply)?.[1];
          return status === undefined ? undefined : { saw: 'answer', status: Number(status), detail: '' };
        },
      };
    default:
      return undefined;
  }
}

/** Sends over an open socket and waits for the first whole reply. */
function converse(socket: Socket, question: Question, patienceMs: number): Promise<Sight> {
  const how = dialogue(question);
  if (how === undefined) return Promise.resolve({ saw: 'answer', detail: '' });
  return new Promise((resolve) => {
    let reply = '';
    const finish = (sight: Sight): void => {
      endWait();
      socket.off('data', onData).off('error', onError).off('close', onClose);
      resolve(sight);
    };
    const onData = (chunk: Buffer): void => {
      reply += chunk.toString('latin1');
      const sight = how.read(reply);
      if (sight !== undefined) finish(sight);
    };
    const onError = (error: NodeJS.ErrnoException): void =>
      finish({ saw: 'reset', detail: error.code ?? error.message });
    const onClose = (): void => finish({ saw: 'reset', detail: 'closed before an answer' });
    const endWait = afterReading(patienceMs, () =>
      finish({ saw: 'reply-silent', detail: `nothing in ${patienceMs} ms` }),
    );
    socket.on('data', onData).on('error', onError).on('close', onClose);
    if (socket.destroyed) onClose();
    else socket.write(how.send);
  });
}

/** Connects within `patienceMs`, or says what was seen instead. */
function connect(address: AskAddress, patienceMs: number): Promise<Socket | Sight> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address.host, port: address.port, noDelay: true });
    const endWait = afterReading(patienceMs, () => {
      socket.destroy();
      resolve({ saw: 'connect-silent', detail: `no connection in ${patienceMs} ms` });
    });
    socket.once('connect', () => {
      endWait();
      socket.removeAllListeners('error').on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      endWait();
      resolve({ saw: sawOf(error), detail: error.code ?? error.message });
    });
  });
}

const RCODES: Readonly<Record<string, Sight>> = {
  NXDOMAIN: { saw: 'no-such-name', detail: 'NXDOMAIN' },
  SERVFAIL: { saw: 'servfail', detail: 'SERVFAIL' },
};

/** One DNS question by datagram from a connected socket, so that "port unreachable" is seen. */
function askName(address: AskAddress, name: string, patienceMs: number): Promise<Sight> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (sight: Sight): void => {
      endWait();
      socket.close();
      resolve(sight);
    };
    const endWait = afterReading(patienceMs, () =>
      finish({ saw: 'reply-silent', detail: `nothing in ${patienceMs} ms` }),
    );
    socket.once('error', (error: NodeJS.ErrnoException) =>
      finish({ saw: sawOf(error), detail: error.code ?? error.message }),
    );
    socket.once('message', (bytes) => {
      const reply = decode(bytes) as unknown as { rcode: string; answers?: { data: unknown }[] };
      const first = reply.answers?.[0]?.data;
      finish(RCODES[reply.rcode] ?? { saw: 'answer', detail: first === undefined ? 'no address' : 'an address' });
    });
    socket.connect(address.port, address.host, () =>
      socket.send(
        encode({
          type: 'query',
          id: Math.trunc(performance.now()) & 0xffff,
          flags: 0x0100,
          questions: [{ type: 'A', name }],
        }),
      ),
    );
  });
}

async function timed(work: Promise<Sight>): Promise<Answer> {
  const fromMs = performance.now();
  const sight = await work;
  return { ...sight, tookMs: Math.round((performance.now() - fromMs) * 10) / 10 };
}

/** TLS over a connection that stands, or what was seen instead. */
function secured(tcp: Socket, servername: string, patienceMs: number): Promise<Socket | Sight> {
  return new Promise((resolve) => {
    const socket = connectTls({ socket: tcp, servername, rejectUnauthorized: false });
    const endWait = afterReading(patienceMs, () =>
      resolve({ saw: 'reply-silent', detail: `no TLS in ${patienceMs} ms` }),
    );
    const failed = (detail: string): void => {
      endWait();
      resolve({ saw: 'reset', detail });
    };
    socket.once('secureConnect', () => {
      endWait();
      resolve(socket);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message));
    socket.on('close', () => failed('closed before TLS stood'));
  });
}

async function askTcp(address: AskAddress, question: Question, patienceMs: number): Promise<Sight> {
  const socket = await connect(address, patienceMs);
  if ('saw' in socket) return socket;
  try {
    if (question.ask !== 'http' || question.tls !== true) return await converse(socket, question, patienceMs);
    const tls = await secured(socket, question.host, patienceMs);
    return 'saw' in tls ? tls : await converse(tls, question, patienceMs);
  } finally {
    socket.destroy();
  }
}

/** Asks once. `sql` is not asked here: who needs it brings a client. */
export const ask = (address: AskAddress, question: Question, patienceMs: number): Promise<Answer> =>
  timed(question.ask === 'name' ? askName(address, question.name, patienceMs) : askTcp(address, question, patienceMs));

/** Keeps one connection open between questions. @throws when it cannot be opened */
export async function openConversation(address: AskAddress, protocol: 'tcp' | 'udp'): Promise<Conversation> {
  if (protocol === 'udp')
    return {
      ask: (question, patienceMs) => ask(address, question, patienceMs),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  const socket = await connect(address, 5_000);
  if ('saw' in socket) throw new Error(`no conversation: ${socket.saw}, ${socket.detail}`);
  return {
    ask: (question, patienceMs) => timed(converse(socket, question, patienceMs)),
    [Symbol.asyncDispose]() {
      socket.destroy();
      return Promise.resolve();
    },
  };
}
