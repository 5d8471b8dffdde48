import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTask, encodeTask } from '../../sim/parts/asynq.ts';
import { encodeCommand, RespError, RespReader, type RespValue } from '../../sim/parts/resp.ts';

const plain = (value: RespValue): unknown =>
  Buffer.isBuffer(value)
    ? value.toString()
    : value instanceof RespError
      ? `error ${value.message}`
      : Array.isArray(value)
        ? value.map(plain)
        : value;
const read = (text: string): unknown[] => new RespReader().read(Buffer.from(text)).map(plain);

describe('RESP: replies (redis.io protocol specification)', () => {
  it.each([
    ['+OK\r\n', 'OK'],
    ['-ERR no\r\n', 'error ERR no'],
    [':-7\r\n', -7],
    ['$5\r\nh\r\nlo\r\n', 'h\r\nlo'],
    ['$-1\r\n', null],
    ['*-1\r\n', null],
    ['_\r\n', null],
    ['#t\r\n', 1],
    [',1.5\r\n', 1.5],
    ['(12345678901234567890\r\n', '12345678901234567890'],
    ['=6\r\ntxt:hi\r\n', 'txt:hi'],
    ['!6\r\nERR no\r\n', 'error ERR no'],
    ['*2\r\n:1\r\n$1\r\na\r\n', [1, 'a']],
    ['%1\r\n+k\r\n:1\r\n', ['k', 1]],
    ['~1\r\n+k\r\n', ['k']],
    ['*0\r\n', []],
  ])('%j is read', (text, value) => {
    expect(read(text)).toEqual([value]);
  });
  it('a push answers no command', () => {
    expect(read('>2\r\n+message\r\n+x\r\n+OK\r\n')).toEqual(['OK']);
  });
  it('what is not RESP is an error', () => {
    expect(() => read('HTTP/1.1 400 Bad Request\r\n')).toThrow('not a Redis reply');
  });
  it('replies are the same however the stream is cut', () => {
    const stream = Buffer.from('+OK\r\n$5\r\nh\r\nlo\r\n%1\r\n+k\r\n*2\r\n:1\r\n_\r\n-ERR no\r\n>1\r\n+p\r\n:2\r\n');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), (cuts) => {
        const reader = new RespReader();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const values = edges.slice(1).flatMap((end, n) => reader.read(stream.subarray(edges[n], end)));
        expect(values.map(plain)).toEqual(['OK', 'h\r\nlo', ['k', [1, null]], 'error ERR no', 2]);
      }),
    );
  });
  it('a command is an array of bulk strings, counted in bytes', () => {
    expect(encodeCommand(['SET', 'ü', 1]).toString()).toBe('*3\r\n$3\r\nSET\r\n$2\r\nü\r\n$1\r\n1\r\n');
  });
});

describe('asynq: task message (internal/proto/asynq.proto)', () => {
  it('holds type, payload, id, queue, retry 25 and a timeout of 30 minutes in their fields', () => {
    const payload = '{"type":"send-notification","user":1}';
    const text = (field: number, value: string): Buffer =>
      Buffer.from([(field << 3) | 2, value.length, ...Buffer.from(value)]);
    const expected = Buffer.concat([
      text(1, 'send-notification'),
      text(2, payload),
      text(3, 'j1'),
      text(4, 'default'),
      Buffer.from([5 << 3, 25, 8 << 3, 0x88, 0x0e]),
    ]);
    expect(encodeTask({ id: 'j1', type: 'send-notification', payload })).toEqual(expected);
  });
  it('is read back for any id, type and payload', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (id, type, payload) => {
        expect(decodeTask(encodeTask({ id, type, payload }))).toEqual({ id, type, payload, retried: 0, maxRetry: 25 });
      }),
    );
  });
  it('that is cut off is an error', () => {
    expect(() => decodeTask(Buffer.from([0x88]))).toThrow('ends in the middle');
  });
});
