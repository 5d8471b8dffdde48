import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { pickEndpoint, type ProxyMode } from '../../behaviour/kube-proxy.ts';
import type { Prng } from '../../prng.ts';
import type { HostPort, KubeProxyTable } from '../config.ts';

/** A flow without a datagram this long is forgotten (nf_conntrack_udp_timeout is 30 s; DNS questions need far less). */
const FLOW_IDLE_MS = 10_000;

interface Flow {
  readonly socket: Socket;
  readonly endpoint: HostPort;
  usedMs: number;
}

/** A UDP Service: each client's port is a flow, which keeps the endpoint of its first datagram. */
export class UdpService {
  readonly #mode: ProxyMode;
  readonly #prng: Prng;
  readonly #flows = new Map<string, Flow>();
  readonly #sweep = setInterval(
    () => this.#forget(({ usedMs }) => performance.now() - usedMs > FLOW_IDLE_MS),
    FLOW_IDLE_MS,
  );
  #rule: KubeProxyTable[string];
  #socket: Socket | undefined;
  #count = 0;

  constructor(rule: KubeProxyTable[string], mode: ProxyMode, prng: Prng) {
    this.#rule = rule;
    this.#mode = mode;
    this.#prng = prng;
    this.#sweep.unref();
  }

  start(): Promise<void> {
    return this.update(this.#rule);
  }

  /** `refuse` has no socket, so that the kernel answers with port unreachable; `drop` has one that nobody reads from. */
  async update(rule: KubeProxyTable[string]): Promise<void> {
    this.#rule = rule;
    const stays = ({ endpoint: { host, port } }: Flow): boolean =>
      rule.endpoints.some((one) => one.host === host && one.port === port);
    // Unlike TCP's, a removed endpoint's flows end at once: a datagram to it would be lost.
    this.#forget((flow) => !stays(flow));
    if (rule.state === 'refuse' || rule.endpoints.length === 0) return this.#close();
    if (this.#socket === undefined) await this.#open();
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    this.#forget(() => true);
    await this.#close();
  }

  async #open(): Promise<void> {
    const socket = createSocket('udp4');
    socket.on('message', (data, from) => this.#forward(data, from));
    socket.bind(this.#rule.entry.port, this.#rule.entry.host);
    await once(socket, 'listening');
    socket.on('error', () => {}); // a client that is gone
    this.#socket = socket;
  }

  async #close(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }

  #forward(data: Buffer, from: RemoteInfo): void {
    if (this.#rule.state === 'drop') return;
    const flow = this.#flowOf(from);
    if (flow === undefined) return;
    flow.usedMs = performance.now();
    flow.socket.send(data, flow.endpoint.port, flow.endpoint.host);
  }

  #flowOf(from: RemoteInfo): Flow | undefined {
    const key = `${from.address}:${from.port}`;
    const known = this.#flows.get(key);
    if (known !== undefined) return known;
    const endpoint = pickEndpoint(this.#rule.endpoints, this.#mode, this.#count++, this.#prng.next());
    if (endpoint === undefined) return undefined;
    const socket = createSocket('udp4');
    socket.on('error', () => {}); // an endpoint that is gone: the client hears nothing, until the table says `refuse`
    socket.on('message', (answer) => this.#socket?.send(answer, from.port, from.address));
    const flow: Flow = { socket, endpoint, usedMs: performance.now() };
    this.#flows.set(key, flow);
    return flow;
  }

  #forget(isOver: (flow: Flow) => boolean): void {
    for (const [key, flow] of this.#flows) {
      if (!isOver(flow)) continue;
      this.#flows.delete(key);
      flow.socket.close();
    }
  }
}
