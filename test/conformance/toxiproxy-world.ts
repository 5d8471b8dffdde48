/** What the cases stand on: a control API to ask, upstreams to proxy to, and clients whose ends are told apart. */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** How a connection ended, as its own side saw it. */
export type Ending = 'fin' | 'reset' | 'refused';

/** One end of a connection: what it has read so far, and how it ended. */
export class Peer {
  readonly socket: Socket;
  readonly ended: Promise<Ending>;
  readonly #chunks: Buffer[] = [];
  #byteCount = 0;
  #wake = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    this.socket = socket;
    this.ended = endingOf(socket);
    socket.on('data', (data: Buffer) => {
      this.#chunks.push(data);
      this.#byteCount += data.length;
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    });
  }

  get received(): string {
    return Buffer.concat(this.#chunks).toString('latin1');
  }

  send(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** Waits until `count` bytes in total have come. */
  async bytes(count: number): Promise<string> {
    while (this.#byteCount < count) await this.#wake.promise;
    return this.received;
  }
}

function endingOf(socket: Socket): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  socket.once('end', () => resolve('fin'));
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'reset'));
  socket.on('error', () => {});
  return promise;
}

/** An upstream: every accepted connection is handed out by `next`, in order. */
export class Upstream {
  readonly address: string;
  readonly #server: Server;
  readonly #accepted: Peer[] = [];
  #wake = Promise.withResolvers<void>();

  constructor(server: Server) {
    this.#server = server;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      this.#accepted.push(new Peer(socket));
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    });
  }

  get accepted(): number {
    return this.#accepted.length;
  }

  /** The connection accepted as number `index`, counted from 0. */
  async peer(index = 0): Promise<Peer> {
    while (this.#accepted.length <= index) await this.#wake.promise;
    return this.#accepted[index] as Peer;
  }

  close(): void {
    this.#server.close();
    for (const { socket } of this.#accepted) socket.destroy();
  }
}

export class World implements AsyncDisposable {
  readonly apiHost: string;
  readonly apiPort: number;
  readonly #stopServer: () => Promise<void>;
  readonly #upstreams: Upstream[] = [];
  readonly #clients: Socket[] = [];

  constructor(apiPort: number, stopServer: () => Promise<void>, apiHost = '127.0.0.1') {
    this.apiPort = apiPort;
    this.apiHost = apiHost;
    this.#stopServer = stopServer;
  }

  /** One call of the control API; a body that is no string is sent as JSON. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const payload = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const asked = request({ host: this.apiHost, port: this.apiPort, method, path, headers, agent: false });
    asked.end(payload);
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
  }

  /** As `call`, for a call that has to succeed: the JSON of its answer. */
  async must(method: string, path: string, body?: unknown): Promise<any> {
    const { status, text } = await this.call(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async upstream({ echo = false, allowHalfOpen = false } = {}): Promise<Upstream> {
    const server = createServer({ allowHalfOpen, noDelay: true });
    if (echo) server.on('connection', (socket) => socket.on('data', (data) => socket.write(data)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const upstream = new Upstream(server);
    this.#upstreams.push(upstream);
    return upstream;
  }

  /** A proxy named `p` in front of `upstream`; returns its address. */
  async proxy(upstream: { readonly address: string }, more: object = {}): Promise<string> {
    const created = await this.must('POST', '/proxies', {
      name: 'p',
      listen: '127.0.0.1:0',
      upstream: upstream.address,
      ...more,
    });
    return created.listen as string;
  }

  /** Begins a connect; the peer tells what becomes of it. */
  client(address: string, { allowHalfOpen = false } = {}): Peer {
    const [host = '', port = ''] = address.split(':');
    const socket = connect({ host, port: Number(port), allowHalfOpen, noDelay: true });
    this.#clients.push(socket);
    return new Peer(socket);
  }

  /** A connection whose upstream half is open too. */
  async pair(upstream: Upstream, address: string): Promise<{ readonly client: Peer; readonly server: Peer }> {
    const index = upstream.accepted;
    const client = this.client(address);
    return { client, server: await upstream.peer(index) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#clients) socket.destroy();
    for (const upstream of this.#upstreams) upstream.close();
    await this.#stopServer();
  }
}

/** An address on which nothing listens at the moment. */
export async function freeAddress(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return `127.0.0.1:${port}`;
}
