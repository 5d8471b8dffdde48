/** Postgres' messages in a stream of bytes (PostgreSQL documentation, Message Formats). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fatal, Messages } from '../../sim/parts/pooler/messages.ts';

const typed = (type: string, body: string): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body, 'latin1')]);
};
const untyped = (body: string): Buffer => typed('?', body).subarray(1);

describe('messages', () => {
  test('are the same in whatever pieces they come; a client’s first has no type', () => {
    const bodies = fc.array(fc.tuple(fc.constantFrom('Q', 'P', 'S', 'X'), fc.string({ unit: 'binary-ascii' })), {
      maxLength: 8,
    });
    const cuts = fc.array(fc.nat(400), { maxLength: 12 });
    fc.assert(
      fc.property(bodies, cuts, (sent, at) => {
        const messages = [untyped('start-up'), ...sent.map(([type, body]) => typed(type, body))];
        const stream = Buffer.concat(messages);
        const edges = [0, ...at.filter((one) => one < stream.length).toSorted((a, b) => a - b), stream.length];
        const cutter = new Messages(true);
        const seen = edges.slice(1).flatMap((edge, index) => cutter.push(stream.subarray(edges[index], edge)));
        expect(seen.map(({ type }) => type)).toEqual(['', ...sent.map(([type]) => type)]);
        expect(seen.map(({ bytes }) => bytes)).toEqual(messages);
      }),
    );
  });
  test('a length that cannot be is taken for the least: nothing turns for ever on it', () => {
    const broken = Buffer.from([0x51, 0, 0, 0, 0, 0x51, 0, 0, 0, 4]);
    expect(new Messages(false).push(broken)).toHaveLength(2);
  });
  test('an error after which the server hangs up is one message: severity twice, code, text', () => {
    const [message, ...more] = new Messages(false).push(fatal('08P01', 'query_wait_timeout'));
    expect(more).toEqual([]);
    expect(message?.type).toBe('E');
    expect(message?.bytes.toString('latin1', 5)).toBe('SFATAL\0VFATAL\0C08P01\0Mquery_wait_timeout\0\0');
  });
});
