/** parts/kube-proxy as a process: what the kernel's rules do (facts 3.6). */
import { connect } from 'node:net';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { HostPort, KubeProxyTable, ServiceEndpoint } from '../../sim/parts/config.ts';
import { addresses, startProgram } from './program.ts';
import { askUdp, converse, tcpServer, udpServer } from './sockets.ts';

const next = addresses();
const rule = (
  entry: HostPort,
  endpoints: readonly ServiceEndpoint[],
  more: Partial<KubeProxyTable[string]> = {},
): KubeProxyTable => ({ api: { entry, protocol: 'tcp', state: 'open', endpoints, ...more } });
const start = (services: KubeProxyTable, mode: 'ipvs' | 'iptables' = 'ipvs') =>
  startProgram('kube-proxy', { node: 'node:1', mode, seed: 1, services });
/** Answers each connection with its name after the client's end. */
const named = (at: HostPort, name: string) =>
  tcpServer(at, (socket) => socket.resume().on('end', () => socket.end(name)));
/** A connection that the endpoint has greeted: it is through, not only in a queue of the kernel. */
async function through(entry: HostPort) {
  const socket = connect({ ...entry, allowHalfOpen: true }).setEncoding('utf8');
  socket.write('hello?');
  await once(socket, 'data');
  return socket;
}
const greeting = (at: HostPort, name: string) =>
  tcpServer(at, (socket) => {
    socket.once('data', () => socket.write('hello'));
    socket.on('end', () => socket.end(name));
  });

describe('kube-proxy: connections', () => {
  it('go to the endpoints in turn (ipvs), half-closes kept', async () => {
    const [entry, a, b] = [next(), next(), next()];
    await using _a = await named(a, 'a');
    await using _b = await named(b, 'b');
    await using _proxy = await start(rule(entry, [a, b]));
    const seen: string[] = [];
    for (let n = 0; n < 4; n++) seen.push(await converse(entry, 'x', { end: true }));
    expect(seen).toEqual(['a|end', 'b|end', 'a|end', 'b|end']);
  });
  it('go on upwards when the endpoint has ended its side', async () => {
    const [entry, a] = [next(), next()];
    const heard = Promise.withResolvers<string>();
    await using _a = await tcpServer(a, (socket) => {
      socket.end('bye');
      socket.setEncoding('utf8').on('data', (text: string) => heard.resolve(text));
    });
    await using _proxy = await start(rule(entry, [a]));
    const client = connect({ ...entry, allowHalfOpen: true }).resume();
    await once(client, 'end');
    client.end('one thing more');
    expect(await heard.promise).toBe('one thing more');
  });
  it('are reset when the endpoint resets them, and when nobody listens at the endpoint', async () => {
    const [entry, a] = [next(), next()];
    await using _proxy = await start(rule(entry, [a]));
    expect(await converse(entry, 'x')).toBe('|ECONNRESET');
    await using _a = await tcpServer(a, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await converse(entry, 'x')).toBe('|ECONNRESET');
  });
  it('that the client resets are reset at the endpoint', async () => {
    const [entry, a] = [next(), next()];
    const seen = Promise.withResolvers<string>();
    await using _a = await tcpServer(a, (socket) => {
      socket.write('hello');
      socket.on('error', (error: NodeJS.ErrnoException) => seen.resolve(error.code ?? ''));
      socket.on('end', () => seen.resolve('end'));
    });
    await using _proxy = await start(rule(entry, [a]));
    const client = connect(entry);
    await once(client, 'data');
    client.resetAndDestroy();
    expect(await seen.promise).toBe('ECONNRESET');
  });
});

describe('kube-proxy: tables', () => {
  it('a removed endpoint gets no new connection; its open ones live on', async () => {
    const [entry, a, b] = [next(), next(), next()];
    await using _a = await greeting(a, 'a');
    await using _b = await named(b, 'b');
    await using proxy = await start(rule(entry, [a]));
    const open = await through(entry);
    await proxy.table(rule(entry, [b]));
    expect(await converse(entry, 'x', { end: true })).toBe('b|end');
    open.end();
    const [text] = (await once(open, 'data')) as [string];
    expect(text).toBe('a');
  });
  it('a service without endpoints refuses at once, and serves again with one', async () => {
    const [entry, a] = [next(), next()];
    await using _a = await named(a, 'a');
    await using proxy = await start(rule(entry, []));
    expect(await converse(entry, 'x')).toBe('|ECONNREFUSED');
    await proxy.table(rule(entry, [a]));
    expect(await converse(entry, 'x', { end: true })).toBe('a|end');
    await proxy.table(rule(entry, [a], { state: 'refuse' }));
    expect(await converse(entry, 'x')).toBe('|ECONNREFUSED');
  });
  it('a removed service leaves its address', async () => {
    const [entry, a] = [next(), next()];
    await using _a = await named(a, 'a');
    await using proxy = await start(rule(entry, [a]));
    await proxy.table({});
    expect(await converse(entry, 'x')).toBe('|ECONNREFUSED');
  });
  it('a service that drops leaves a connect unanswered, and open connections alone', async () => {
    const [entry, a] = [next(), next()];
    await using _a = await greeting(a, 'a');
    await using proxy = await start(rule(entry, [a]));
    const open = await through(entry);
    await proxy.table(rule(entry, [a], { state: 'drop' }));
    const silent = connect(entry);
    silent.on('error', () => {});
    // The answer of the open connection comes through the same loop after the connect was begun.
    open.end();
    const [text] = (await once(open, 'data')) as [string];
    expect([text, silent.connecting]).toEqual(['a', true]);
    silent.destroy();
    await proxy.table(rule(entry, [a]));
    expect(await converse(entry, '', { end: true })).toBe('a|end');
  });
});

describe('kube-proxy: endpoints that answer no SYN while others do', () => {
  /** The share of `count` connects that has no answer. Loopback answers a SYN within the call; a full exchange elsewhere lets the loop hear of it. */
  async function unanswered(entry: HostPort, count: number, elsewhere: HostPort): Promise<number> {
    const sockets = Array.from({ length: count }, () => connect(entry).on('error', () => {}));
    await converse(elsewhere, 'x', { end: true });
    const silent = sockets.filter((socket) => socket.connecting).length;
    for (const socket of sockets) socket.destroy();
    return silent / count;
  }
  it.each([
    [1, 3],
    [2, 3],
  ])('%i of %i: as many of the connects stay unanswered, and none once they answer again', async (silent, of) => {
    const [entry, good] = [next(), next()];
    await using _good = await named(good, 'a');
    const endpoints = Array.from({ length: of }, () => good);
    await using proxy = await start(rule(entry, endpoints), 'iptables');
    await proxy.table(
      rule(
        entry,
        endpoints.map((one, n) => ({ ...one, silent: n < silent })),
      ),
    );
    // 180 draws: 0.2 is more than five standard deviations.
    expect(Math.abs((await unanswered(entry, 180, good)) - silent / of)).toBeLessThan(0.2);
    await proxy.table(rule(entry, endpoints));
    expect(await unanswered(entry, 180, good)).toBe(0);
  });
  it('the answered connects go to the others only', async () => {
    const [entry, good, never] = [next(), next(), next()];
    await using _good = await named(good, 'good');
    await using server = await named(never, 'never');
    await using _proxy = await start(rule(entry, [good, { ...never, silent: true }]), 'iptables');
    const answers = Array.from({ length: 40 }, () => connect(entry).on('error', () => {}));
    await converse(good, 'x', { end: true });
    for (const socket of answers) socket.end();
    await Promise.all(answers.filter((socket) => !socket.connecting).map((socket) => once(socket.resume(), 'end')));
    for (const socket of answers) socket.destroy();
    expect(server.accepted).toBe(0);
  });
});

describe('kube-proxy: udp', () => {
  const udp = (entry: HostPort, endpoints: readonly HostPort[], state: 'open' | 'refuse' | 'drop' = 'open') =>
    rule(entry, endpoints, { protocol: 'udp', state });
  it('carries a question to an endpoint and its answer back', async () => {
    const [entry, a] = [next(), next()];
    await using _a = await udpServer(a, (data) => Buffer.from(`${data.toString()} to a`));
    await using _proxy = await start(udp(entry, [a]));
    expect(String(await askUdp(entry, Buffer.from('hello')))).toBe('hello to a');
  });
  it('a change of the table keeps the flows to endpoints that stay, and ends those to one that goes (facts 3.6: UDP removed at once)', async () => {
    const [entry, a, b] = [next(), next(), next()];
    const asked = Promise.withResolvers<() => void>();
    const socket = createSocket('udp4');
    socket.on('message', (data, from) =>
      asked.resolve(() => socket.send(`${data.toString()} to a`, from.port, from.address)),
    );
    socket.bind(a.port, a.host);
    await once(socket, 'listening');
    await using _b = await udpServer(b, (data) => Buffer.from(`${data.toString()} to b`));
    await using proxy = await start(udp(entry, [a]));
    const client = createSocket('udp4');
    const answers: string[] = [];
    const answered = async (): Promise<void> =>
      void answers.push(String(((await once(client, 'message')) as [Buffer])[0]));
    client.connect(entry.port, entry.host);
    await once(client, 'connect');
    client.send('hello');
    const answer = await asked.promise;
    await proxy.table(udp(entry, [a, b]));
    const first = answered();
    answer();
    await first;
    await proxy.table(udp(entry, [b]));
    const second = answered();
    client.send('hello');
    await second;
    expect(answers).toEqual(['hello to a', 'hello to b']);
    client.close();
    socket.close();
  });
  it('refuses with port unreachable without endpoints', async () => {
    const [entry, a] = [next(), next()];
    await using _a = await udpServer(a, (data) => data);
    await using proxy = await start(udp(entry, []));
    expect(await askUdp(entry, Buffer.from('hello'))).toBe('ECONNREFUSED');
    await proxy.table(udp(entry, [a]));
    expect(String(await askUdp(entry, Buffer.from('hello')))).toBe('hello');
    await proxy.table(udp(entry, [a], 'refuse'));
    expect(await askUdp(entry, Buffer.from('hello'))).toBe('ECONNREFUSED');
  });
});
