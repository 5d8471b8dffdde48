import { createSocket } from 'node:dgram';
import * as packet from 'dns-packet';
import type { StringAnswer } from 'dns-packet';
import type { NameReply } from '../behaviour/effects.ts';
import type { HostPort } from './config.ts';
import { pending, type Limits } from './pending.ts';

/**
 * One A question to one server over UDP, one answer. The socket is connected, so that a port nobody listens on is seen
 * as a refusal (ICMP port unreachable). Go asks AAAA beside it; that changes neither outcome nor time, and is left out.
 * @param id  number of the question, 0 to 65535
 */
export function askName(server: HostPort, name: string, id: number, limits: Limits): Promise<NameReply> {
  const socket = createSocket('udp4');
  const close = (): void => {
    socket.removeAllListeners();
    socket.on('error', () => {});
    socket.close();
  };
  const result = pending<NameReply>(limits, { ok: false, saw: 'reply-silent' }, close);
  const settle = (reply: NameReply): void => {
    close();
    result.settle(reply);
  };
  socket.on('error', () => settle({ ok: false, saw: 'refused' }));
  socket.on('message', (data) => {
    const reply = readReply(data, id);
    if (reply !== undefined) settle(reply);
  });
  const question = packet.encode({
    type: 'query',
    id,
    flags: packet.RECURSION_DESIRED,
    questions: [{ type: 'A', name }],
  });
  socket.connect(server.port, server.host, () => socket.send(question));
  return result.promise;
}

/** An answer to another question, or one that cannot be read, is passed over, as resolvers do. */
function readReply(data: Buffer, id: number): NameReply | undefined {
  try {
    const reply = packet.decode(data);
    if (reply.id !== id || reply.type !== 'response') return undefined;
    const { rcode } = reply as { rcode?: string };
    const records = (reply.answers ?? []).filter((answer): answer is StringAnswer => answer.type === 'A');
    if (rcode === 'NXDOMAIN' || (rcode === 'NOERROR' && records.length === 0))
      return { ok: false, saw: 'no-such-name' };
    if (rcode !== 'NOERROR') return { ok: false, saw: 'servfail' };
    const ttlMs = Math.min(...records.map((record) => record.ttl ?? 0)) * 1_000;
    return { ok: true, addresses: records.map((record) => record.data), ttlMs };
  } catch {
    return undefined;
  }
}
