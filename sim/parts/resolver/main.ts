/**
 * The resolver's program: CoreDNS for the cluster, Cloudflare's name servers for the public. It answers from its table
 * only; the answer depends on where the asker stands, which is told by the socket that was asked.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { HostPort, ResolverConfig, ResolverTable } from '../config.ts';
import { listening } from '../http-server.ts';
import { startPart } from '../part.ts';
import { answerTo, type Zone } from './answer.ts';
import { messagesOf } from './tcp-messages.ts';

async function openViewer(address: HostPort, zone: () => Zone): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const answer = answerTo(question, zone());
    if (answer !== undefined) socket.send(answer, from.port, from.address);
  });
  socket.bind(address.port, address.host);
  await once(socket, 'listening');
  socket.on('error', () => {}); // an asker that is gone answers with ICMP
  return socket;
}

await startPart<ResolverConfig>(async (config) => {
  let table: ResolverTable = config.records;
  const zoneOf = (viewer: string): Zone => ({ kind: config.zone, records: table[viewer] ?? {} });
  const first = Object.keys(config.viewers)[0] ?? '';
  const server = createServer((socket) => {
    const next = messagesOf();
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const question of next(chunk)) {
        const answer = answerTo(question, zoneOf(first));
        if (answer !== undefined) socket.write(framed(answer));
      }
    });
  });
  for (const [viewer, address] of Object.entries(config.viewers)) await openViewer(address, () => zoneOf(viewer));
  await listening(server, config.listen);
  return { table: (next) => void (table = next as ResolverTable) };
});

/** RFC 7766: over TCP a message follows its length. */
function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
