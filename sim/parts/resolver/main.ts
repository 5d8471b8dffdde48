/**
 * The resolver's program: CoreDNS for the cluster, Cloudflare's name servers for the public. It answers from its table, or
 * from what it keeps of it; the answer depends on where the asker stands, which is told by the socket that was asked.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { NameCache, type Found, type Told } from '../../behaviour/name-cache.ts';
import { DENIAL_TTL_MS } from '../../behaviour/resolver.ts';
import type { HostPort, ResolverConfig, ResolverTable } from '../config.ts';
import { listening } from '../http-server.ts';
import { startPart } from '../part.ts';
import { answerTo, failureTo, questionIn, recordFor, type Asked, type Zone } from './answer.ts';
import { messagesOf } from './tcp-messages.ts';

type Answer = (question: Buffer) => Buffer | undefined;
async function openViewer(address: HostPort, answerOf: Answer): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const answer = answerOf(question);
    if (answer !== undefined) socket.send(answer, from.port, from.address);
  });
  socket.bind(address.port, address.host);
  await once(socket, 'listening');
  socket.on('error', () => {}); // an asker that is gone answers with ICMP
  return socket;
}

await startPart<ResolverConfig>(async (config) => {
  let table: ResolverTable = config.records;
  let failing = false;
  const cache = config.cache === undefined ? undefined : new NameCache<Zone | undefined>(config.cache);
  /** What answers a question now; undefined: nothing can be found out. */
  const find = (asked: Asked, viewer: string): Found<Zone | undefined> => {
    if (failing) return { answer: undefined, ttlMs: 'failure' };
    const zone = { kind: config.zone, records: table[viewer] ?? {} };
    return { answer: zone, ttlMs: recordFor(asked, zone)?.ttlMs ?? DENIAL_TTL_MS };
  };
  const told = (asked: Asked, viewer: string): Told<Zone | undefined> => {
    if (cache === undefined) return { answer: find(asked, viewer).answer, leftMs: Infinity };
    const key = `${viewer} ${asked.question.type} ${asked.name}`;
    return cache.answer(key, performance.now(), () => find(asked, viewer));
  };
  const answerFor =
    (viewer: string): Answer =>
    (message) => {
      const asked = questionIn(message);
      if (asked === undefined) return undefined;
      const { answer, leftMs } = told(asked, viewer);
      return answer === undefined ? failureTo(asked) : answerTo(asked, answer, leftMs);
    };
  const first = Object.keys(config.viewers)[0] ?? '';
  const server = createServer((socket) => {
    const next = messagesOf();
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const question of next(chunk)) {
        const answer = answerFor(first)(question);
        if (answer !== undefined) socket.write(framed(answer));
      }
    });
  });
  for (const [viewer, address] of Object.entries(config.viewers)) await openViewer(address, answerFor(viewer));
  await listening(server, config.listen);
  return {
    table(next) {
      // `{"error": …}` begins to fail and `{}` ends it; a table of records has at least one viewer.
      const isRecords = Object.keys(next as object).some((key) => key !== 'error');
      if (isRecords) table = next as ResolverTable;
      else failing = 'error' in (next as object);
    },
  };
});

/** RFC 7766: over TCP a message follows its length. */
function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
