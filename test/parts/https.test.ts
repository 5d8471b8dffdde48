/** The api's way to the object store: names, TLS and signatures over real sockets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Client, s3Request, type S3Reply, type S3Settings } from '../../sim/behaviour/s3-client.ts';
import { Tally } from '../../sim/behaviour/tally.ts';
import { makeWorld, run, type World } from '../../sim/parts/driver.ts';
import { objectStoreDialer } from '../../sim/parts/api/object-store.ts';
import { createPrng } from '../../sim/prng.ts';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import { ask } from '../../sim/runtimes/ask.ts';
import { storedPhotos } from '../../sim/runtimes/embedded/stored-photos.ts';
import { addresses, startProgram, type Program } from './program.ts';
import { tcpServer } from './sockets.ts';

const next = addresses();
const HOST = 's3.example.com';
const key = { id: '003abc', secret: 'secret', region: 'eu-central-003' };
const authority = makeAuthority();
const [at, dnsAt] = [next(), next()];
let programs: Program[];
beforeAll(async () => {
  const tls = authority.issue([HOST]);
  const viewers = { node: dnsAt };
  const records = { node: { [HOST]: { addresses: [at.host], ttlMs: 5_000 } } };
  programs = await Promise.all([
    startProgram('object-store', { listen: at, tls, bucket: 'photos', objects: 1, key }),
    startProgram('resolver', { instance: 'coredns', zone: 'cluster', listen: next(), viewers, records }),
  ]);
});
afterAll(async () => {
  for (const program of programs) await program[Symbol.asyncDispose]();
});

const worldWith = (ca: string, secret = key.secret): World =>
  makeWorld({
    dns: { servers: [dnsAt] },
    prng: createPrng(1),
    dialers: { http: objectStoreDialer({ ...at, ca, key: { ...key, secret } }) },
  });
const settings: S3Settings = { host: HOST, port: at.port, bucket: 'photos' };
const client = s3Client(settings);
const send = (method: string, name: string, body?: string, tally?: Tally, world = worldWith(authority.caPem)) =>
  run(
    s3Request(client, { method, key: name, headers: {}, ...(body === undefined ? {} : { body }) }),
    world,
    undefined,
    tally,
  );
const seen = (reply: S3Reply): unknown[] =>
  reply.ok ? [reply.response.status, reply.response.body] : [reply.why, reply.attempts];

describe("the api's requests to the object store", () => {
  it('are let in, and the second one is a single round trip', async () => {
    const [first, second] = [new Tally(), new Tally()];
    expect(seen(await send('PUT', 'uploads/ä (1).jpg', 'bytes: ä', first))).toEqual([200, '']);
    expect(seen(await send('GET', 'uploads/ä (1).jpg', undefined, second))).toEqual([200, 'bytes: ä']);
    expect([first.http, first.questions]).toEqual([{ trips: 3, handshakes: 2 }, 4]);
    expect([second.http, second.questions]).toEqual([{ trips: 1, handshakes: 0 }, 0]);
  });
  it('are found again when the store is asked for what was sent', async () => {
    for (const n of [1, 2]) await send('PUT', `uploads/u1-uploadPhoto-${n}.jpg`, 'bytes');
    await send('PUT', 'elsewhere/u1-uploadPhoto-3.jpg', 'bytes');
    const found = await storedPhotos({ at, host: HOST, ca: authority.caPem, key, bucket: 'photos' });
    expect(found.filter((id) => id.startsWith('u1-'))).toEqual(['u1-uploadPhoto-1', 'u1-uploadPhoto-2']);
  });
  it('with a wrong secret are refused, and not tried again', async () => {
    client.idle.length = 0;
    const reply = await send('GET', 'photos/1.jpg', undefined, undefined, worldWith(authority.caPem, 'wrong'));
    expect(reply).toMatchObject({ ok: true, attempts: 1, response: { status: 403 } });
    client.idle.length = 0;
  });
  it('go to nobody whose certificate another authority signed', async () => {
    const reply = await send('GET', 'photos/1.jpg', undefined, undefined, worldWith(makeAuthority().caPem));
    expect(reply).toMatchObject({ ok: false, attempts: 3 });
  });
});

describe('a store that takes connections and says nothing', () => {
  it('is given up after the time for TLS, however long a dial may take', async () => {
    const mute = next();
    await using _ = await tcpServer(mute, () => {});
    const dial = objectStoreDialer({ ...mute, ca: authority.caPem, key });
    const dialled = await dial({ ...mute, serverName: HOST, handshakeMs: 100 }, { timeoutMs: Infinity });
    expect(dialled).toEqual({ ok: false, saw: 'reply-silent' });
  });
});

describe('a question over TLS', () => {
  const question = { ask: 'http', host: HOST, path: '/', tls: true } as const;
  it('sees what a store that is well says to strangers, and what a busy one says', async () => {
    expect(await ask(at, question, 3_000)).toMatchObject({ saw: 'answer', status: 403 });
    await programs[0]?.table({ error: 'ServiceUnavailable' });
    expect(await ask(at, question, 3_000)).toMatchObject({ saw: 'answer', status: 503 });
    await programs[0]?.table({});
  });
  it('sees who accepts and says nothing, and who refuses', async () => {
    programs[0]?.signal('SIGSTOP');
    expect(await ask(at, question, 300)).toMatchObject({ saw: 'reply-silent' });
    programs[0]?.signal('SIGCONT');
    expect(await ask(next(), question, 3_000)).toMatchObject({ saw: 'refused' });
  });
});
