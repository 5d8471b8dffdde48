/** aws-sdk-go-v2 as a client of the object store: what it tries again, when, and on which connection. */
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../sim/behaviour/http-message.ts';
import {
  backOffMs,
  MAX_IDLE,
  RETRY_COST,
  RETRY_TOKENS,
  s3Client,
  s3Request,
  type S3Client,
  type S3Reply,
} from '../../sim/behaviour/s3-client.ts';
import { Late, Script, Seen, type Reactions } from './script.ts';

const HOST = 's3.example.com';
const client = (): S3Client => s3Client({ host: HOST, port: 443, bucket: 'photos' });
const answer = (status: number) => ({ status, headers: {}, body: '' });
function put(reactions: Reactions, by = client(), script = new Script(reactions)): { reply: S3Reply; script: Script } {
  return { reply: script.run(s3Request(by, { method: 'PUT', key: "a b/it's.jpg", headers: {}, body: 'x' })), script };
}

describe('s3 client: one request', () => {
  it('goes by path style over TLS under its own name, every odd letter escaped', () => {
    const { reply, script } = put({ exchange: () => answer(200) });
    expect(reply).toMatchObject({ ok: true, attempts: 1 });
    const [dialled] = script.all('dial');
    expect(dialled).toMatchObject({ port: 443, serverName: HOST, timeoutMs: 30_000, handshakeMs: 10_000 });
    expect((script.messages()[0] as HttpRequest).path).toBe('/photos/a%20b/it%27s.jpg');
  });
  it('takes the last connection again, and keeps ten (transport/http/client.go: MaxIdleConnsPerHost)', () => {
    const by = client();
    const { script } = put({ exchange: () => answer(200) }, by);
    put({}, by, script);
    expect([script.all('dial').length, by.idle.length]).toEqual([1, 1]);
    for (let n = 0; n < MAX_IDLE; n++) by.idle.unshift(...by.idle.slice(0, 1));
    const full = put({ exchange: () => answer(200) }, by);
    expect([by.idle.length, full.script.closed.length]).toEqual([MAX_IDLE, 1]);
  });
  it('has 30 s for look-up and connect together (facts 3.9: a dial deadline covers DNS too)', () => {
    const { script } = put({ query: () => new Late(['10.0.0.1'], 2_000), exchange: () => answer(200) });
    expect(script.all('dial')[0]).toMatchObject({ timeoutMs: 28_000, handshakeMs: 10_000 });
  });
  it('sets no limit to how long an answer may take', () => {
    const { script } = put({ exchange: () => answer(200) });
    expect(script.all('exchange')[0]?.timeoutMs).toBe(Infinity);
  });
});

describe('s3 client: further tries (aws/retry/standard.go)', () => {
  it.each([500, 502, 503, 504])('%i is tried three times in all', (status) => {
    const { reply, script } = put({ exchange: () => answer(status) });
    expect(reply).toEqual({ ok: false, why: status, attempts: 3 });
    expect(script.messages()).toHaveLength(3);
  });
  it.each([200, 204, 304, 400, 403, 404, 409])('%i is an answer', (status) => {
    expect(put({ exchange: () => answer(status) }).reply).toMatchObject({ ok: true, attempts: 1 });
  });
  it.each(['refused', 'no-route', 'connect-silent', 'reply-silent', 'reset', 'end-of-file'] as const)(
    'a dial that is %s is tried three times',
    (saw) => expect(put({ dial: () => saw }).reply).toEqual({ ok: false, why: saw, attempts: 3 }),
  );
  it.each(['reset', 'end-of-file'] as const)('a connection that ends (%s) is tried again, on a new one', (saw) => {
    const { reply, script } = put({ exchange: (_message, _connection, n) => (n === 0 ? new Seen(saw) : answer(200)) });
    expect(reply).toMatchObject({ ok: true, attempts: 2 });
    expect([script.all('dial').length, script.closed.length]).toEqual([2, 1]);
  });
  it('a name that is not answered is tried three times', () => {
    expect(put({ query: () => 'servfail' }).reply).toEqual({ ok: false, why: 'servfail', attempts: 3 });
  });
  it('waits up to 2 s, then up to 4 s (aws/retry/jitter_backoff.go: [0, 1) times 2^attempt seconds)', () => {
    expect([backOffMs(1, 0), backOffMs(1, 0.5), backOffMs(2, 0.5)]).toEqual([0, 1_000, 2_000]);
    const { script } = put({ exchange: () => answer(503), random: () => 0.5 });
    expect(script.all('wait').map((one) => one.ms)).toEqual([1_000, 2_000]);
  });
});

describe('s3 client: the purse of further tries (aws/retry/standard.go: 500 tokens, 5 a try)', () => {
  it('an empty one lets a request fail at once', () => {
    const by = client();
    let failed = 0;
    for (; by.tokens >= RETRY_COST && failed < RETRY_TOKENS; failed++) put({ exchange: () => answer(503) }, by);
    expect(failed).toBe(RETRY_TOKENS / RETRY_COST / 2);
    expect(put({ exchange: () => answer(503) }, by).reply).toEqual({ ok: false, why: 503, attempts: 1 });
  });
  it('a try that succeeds gives back what it took, a success without one a token', () => {
    const by = client();
    by.tokens = 100;
    put({ exchange: (_message, _connection, n) => answer(n === 0 ? 503 : 200) }, by);
    expect(by.tokens).toBe(100);
    put({ exchange: () => answer(200) }, by);
    expect(by.tokens).toBe(101);
    by.tokens = RETRY_TOKENS;
    put({ exchange: () => answer(200) }, by);
    expect(by.tokens).toBe(RETRY_TOKENS);
  });
});
