/** parts/resolver as a process: CoreDNS (facts 3.9). */
import { once } from 'node:events';
import { connect } from 'node:net';
import * as packet from 'dns-packet';
import { expect, it } from 'vitest';
import type { HostPort } from '../../sim/parts/config.ts';
import { addresses, startProgram } from './program.ts';
import { askUdp } from './sockets.ts';

const next = addresses();
const REDIS = 'redis.default.svc.cluster.local';
const question = (name: string, type: 'A' | 'AAAA' = 'A'): Buffer =>
  packet.encode({ type: 'query', id: 7, flags: packet.RECURSION_DESIRED, questions: [{ type, name }] });
async function start() {
  const [listen, one, two] = [next(), next(), next()];
  const record = (host: string) => ({ [REDIS]: { addresses: [host], ttlMs: 5_000 } });
  const records = { 'node:1': record('127.9.1.1'), 'node:2': record('127.9.2.1') };
  const program = await startProgram('resolver', {
    instance: 'coredns-1',
    zone: 'cluster',
    listen,
    viewers: { 'node:1': one, 'node:2': two },
    records,
  });
  return { program, listen, one, two };
}
async function ask(at: HostPort, name: string, type: 'A' | 'AAAA' = 'A') {
  const reply = packet.decode((await askUdp(at, question(name, type))) as Buffer) as unknown as packet.Packet & {
    rcode: string;
  };
  return {
    rcode: reply.rcode,
    answers: reply.answers?.map((answer) => ('data' in answer ? [answer.data, (answer as { ttl?: number }).ttl] : [])),
    authority: reply.authorities?.[0]?.name,
  };
}

it("answers each viewer with the address it has to dial, and the record's TTL", async () => {
  const { program, one, two } = await start();
  await using _program = program;
  expect(await ask(one, REDIS)).toEqual({ rcode: 'NOERROR', answers: [['127.9.1.1', 5]], authority: undefined });
  expect(await ask(two, REDIS.toUpperCase())).toMatchObject({ answers: [['127.9.2.1', 5]] });
});

it('says NXDOMAIN with the zone for an unknown name, and nothing but success for a type the name has not', async () => {
  const { program, one } = await start();
  await using _program = program;
  expect(await ask(one, 'redis.svc.cluster.local')).toEqual({
    rcode: 'NXDOMAIN',
    answers: [],
    authority: 'cluster.local',
  });
  expect(await ask(one, REDIS, 'AAAA')).toEqual({ rcode: 'NOERROR', answers: [], authority: 'cluster.local' });
});

it('answers from a new table once that is acknowledged', async () => {
  const { program, one } = await start();
  await using _program = program;
  await program.table({ 'node:1': { [REDIS]: { addresses: ['127.9.3.1'], ttlMs: 1_000 } } });
  expect(await ask(one, REDIS)).toMatchObject({ answers: [['127.9.3.1', 1]] });
});

it('answers over TCP too, also when the question comes in pieces', async () => {
  const { program, listen } = await start();
  await using _program = program;
  const message = question(REDIS);
  const socket = connect(listen);
  socket.write(Buffer.from([0, message.length]));
  socket.write(message.subarray(0, 5));
  socket.write(message.subarray(5));
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(packet.decode(data.subarray(2)).answers).toHaveLength(1);
});

it('drops what is no question and goes on', async () => {
  const { program, one } = await start();
  await using _program = program;
  const { createSocket } = await import('node:dgram');
  const socket = createSocket('udp4');
  socket.send(Buffer.from('nonsense'), one.port, one.host, () => socket.close());
  expect(await ask(one, REDIS)).toMatchObject({ rcode: 'NOERROR' });
});

it('leaves its sockets when it is told to end: askers are refused at once', async () => {
  const { program, one } = await start();
  await using _program = program;
  program.signal('SIGTERM');
  expect(await program.exited).toBe(0);
  expect(await askUdp(one, question(REDIS))).toBe('ECONNREFUSED');
});

it('says SERVFAIL to everything while it is told to, and answers from its table again afterwards', async () => {
  const { program, one } = await start();
  await using _program = program;
  await program.table({ error: 'SERVFAIL' });
  expect(await ask(one, REDIS)).toEqual({ rcode: 'SERVFAIL', answers: [], authority: undefined });
  await program.table({});
  expect(await ask(one, REDIS)).toMatchObject({ rcode: 'NOERROR', answers: [['127.9.1.1', 5]] });
});

const NEON = 'ep-x-pooler.us-east-1.aws.neon.tech';
/** Nothing that is kept runs out during a test; when it does is held against facts in behaviour/name-cache.test.ts. */
const CACHE = { atMostMs: 60_000, atLeastMs: 0, failureMs: 60_000 };
const forwarding = (host: string, ttlMs = 300_000) => ({ 'node:1': { [NEON]: { addresses: [host], ttlMs } } });
async function startCaching(records = forwarding('127.9.4.1')) {
  const [listen, one] = [next(), next()];
  const viewers = { 'node:1': one };
  const program = await startProgram('resolver', {
    instance: 'coredns-1',
    zone: 'cluster',
    listen,
    viewers,
    records,
    cache: CACHE,
  });
  return { program, one };
}

it('tells a forwarded name from its cache, with the TTL that is kept of its own (facts 3.9: cache 30)', async () => {
  const { program, one } = await startCaching();
  await using _program = program;
  expect(await ask(one, NEON)).toMatchObject({ answers: [['127.9.4.1', 60]] });
  await program.table(forwarding('127.9.4.2'));
  expect(await ask(one, NEON)).toMatchObject({ answers: [['127.9.4.1', expect.any(Number)]] });
});

it('asks anew for a name whose time is over', async () => {
  const { program, one } = await startCaching(forwarding('127.9.4.1', 0));
  await using _program = program;
  expect(await ask(one, NEON)).toMatchObject({ answers: [['127.9.4.1', 0]] });
  await program.table(forwarding('127.9.4.2', 0));
  expect(await ask(one, NEON)).toMatchObject({ answers: [['127.9.4.2', 0]] });
});

it('keeps what is denied or could not be found out too, each kind of question for itself', async () => {
  const { program, one } = await startCaching();
  await using _program = program;
  expect(await ask(one, 'later.example')).toMatchObject({ rcode: 'NXDOMAIN' });
  await program.table({ error: 'SERVFAIL' });
  expect(await ask(one, 'later.example')).toMatchObject({ rcode: 'NXDOMAIN' });
  expect(await ask(one, NEON)).toMatchObject({ rcode: 'SERVFAIL' });
  await program.table({});
  expect(await ask(one, NEON)).toMatchObject({ rcode: 'SERVFAIL' });
  expect(await ask(one, NEON, 'AAAA')).toMatchObject({ rcode: 'NOERROR', answers: [] });
});
