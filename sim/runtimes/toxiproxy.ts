/**
 * The one file that talks to a Toxiproxy: stock calls through toxiproxy-node-client, our stand-in's extensions through
 * plain HTTP. Toxiproxy's spelling (ms, µs and KB/s behind bare names) ends here, and so do its errors, which say no more
 * than "status code 409".
 */
import { once } from 'node:events';
import { Proxy as StockProxy, Toxic as StockToxic, Toxiproxy } from 'toxiproxy-node-client';
import { SimError } from '../errors.ts';
import { request, type IncomingMessage } from '../node-http.ts';

export type EntryState = 'open' | 'refuse' | 'drop';

/** One wire: clients dial `listen` and reach `upstream`; both are `host:port`, port 0 in `listen` takes a free one. */
export interface WireSpec {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  /** Extensions; absent for a real Toxiproxy. */
  readonly twin?: { readonly propagateReset: boolean; readonly mirrorRefused: boolean };
}

/** What a toxic does. `delay` and `hold` are extensions: a real Toxiproxy answers them with 400. */
export type ToxicEffect =
  | { readonly kind: 'latency'; readonly latencyMs: number; readonly jitterMs: number }
  /** Toxiproxy counts in whole KB/s of 1000 bytes: rounded, at least 1. */
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  | { readonly kind: 'slow_close'; readonly delayMs: number }
  /** 0 drops the data and never closes. */
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | { readonly kind: 'reset_peer'; readonly timeoutMs: number }
  | {
      readonly kind: 'slicer';
      readonly averageBytes: number;
      readonly variationBytes: number;
      readonly delayUs: number;
    }
  | { readonly kind: 'limit_data'; readonly bytes: number }
  | {
      readonly kind: 'delay';
      readonly delayUs: number;
      readonly jitterUs: number;
      readonly distribution: 'uniform' | 'lognormal';
      readonly seed: number;
      /** Added to the first chunk of each connection: the round trip of a connect this proxy accepts at once. */
      readonly handshakeUs: number;
    }
  | { readonly kind: 'hold' };

export interface ToxicSpec {
  /** Unique on its proxy, over both streams. */
  readonly name: string;
  /** `upstream`: client to server. */
  readonly stream: 'upstream' | 'downstream';
  /** Share of connections it acts on, 0 to 1. */
  readonly toxicity?: number;
  readonly effect: ToxicEffect;
}

/** A UDP forwarder of our stand-in. */
export interface UdpState {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly state: EntryState;
  readonly delayUs: number;
}

export interface ToxiproxyAt {
  /** A loopback address: the server refuses other names in Host. */
  readonly host: string;
  readonly port: number;
  /** Unix socket for the extensions, where there is one. */
  readonly socketPath?: string;
}

/** Every method throws `SIM_TOXIPROXY`, naming the proxy, the toxic and its attributes. */
export class ToxiproxyClient {
  readonly #at: ToxiproxyAt;
  readonly #stock: Toxiproxy;

  constructor(at: ToxiproxyAt) {
    this.#at = at;
    this.#stock = new Toxiproxy(`http://${at.host}:${at.port}`);
  }

  /** As the server names itself, for the report: the stand-in and the real one say `2.12.0`. */
  async version(): Promise<string> {
    const text = await this.#tell('asking for its version', () => this.#stock.getVersion());
    return (JSON.parse(text) as { readonly version: string }).version;
  }

  /**
   * Creates the wires; one that stands there equal is left as it is, toxics included.
   *
   * @returns the bound address of each, by name
   */
  async populate(wires: readonly WireSpec[]): Promise<ReadonlyMap<string, string>> {
    const bodies = wires.map(({ name, listen, upstream, twin }) => ({
      name,
      listen,
      upstream,
      ...(twin ? { twin: { propagate_reset: twin.propagateReset, mirror_refused: twin.mirrorRefused } } : {}),
    }));
    if (bodies.length === 0) return new Map(); // toxiproxy-node-client stumbles over the `null` of an empty list
    const what = `creating ${wires.map(({ name }) => `"${name}"`).join(', ')}`;
    const proxies = await this.#tell(what, () => this.#stock.populate(bodies));
    return new Map(Object.values(proxies).map(({ name, listen }) => [name, listen]));
  }

  async removeProxy(proxy: string): Promise<void> {
    await this.#tell(`removing proxy "${proxy}"`, () => this.#proxy(proxy).remove());
  }

  /** Disabled: connects are refused and every open connection is closed. */
  async setEnabled(proxy: string, enabled: boolean): Promise<void> {
    const what = `${enabled ? 'enabling' : 'disabling'} proxy "${proxy}"`;
    // The type asks for the addresses too; what is absent keeps its value.
    await this.#tell(what, () => this.#proxy(proxy).update({ enabled } as Parameters<StockProxy['update']>[0]));
  }

  async addToxic(proxy: string, toxic: ToxicSpec): Promise<void> {
    const what = `adding toxic ${describe(toxic)} to proxy "${proxy}"`;
    await this.#tell(what, () => this.#proxy(proxy).addToxic(toxicBody(toxic)));
  }

  /** Gives a toxic new attributes and toxicity; its name decides which. */
  async updateToxic(proxy: string, toxic: ToxicSpec): Promise<void> {
    const what = `updating toxic ${describe(toxic)} of proxy "${proxy}"`;
    await this.#tell(what, () => this.#toxic(proxy, toxic.name).update(toxicBody(toxic)));
  }

  async removeToxic(proxy: string, name: string): Promise<void> {
    await this.#tell(`removing toxic "${name}" of proxy "${proxy}"`, () => this.#toxic(proxy, name).remove());
  }

  /** Every proxy enabled, every toxic removed, every entry open. */
  async reset(): Promise<void> {
    await this.#tell('resetting', () => this.#stock.reset());
  }

  /** Extension: the state of every entry. */
  async entries(): Promise<Readonly<Record<string, EntryState>>> {
    return (await this.#ask('GET', '/twin/entries')) as Readonly<Record<string, EntryState>>;
  }

  /** Extension: answers once every connect begun afterwards meets the new states. */
  async setEntries(states: Readonly<Record<string, EntryState>>): Promise<void> {
    await this.#ask('POST', '/twin/entries', states);
  }

  /** Extension: RST to both sides of every open connection; returns how many. */
  async resetConnections(proxy: string): Promise<number> {
    const answer = await this.#ask('POST', `/twin/connections/${encodeURIComponent(proxy)}/reset`);
    return (answer as { readonly reset: number }).reset;
  }

  /** Extension: connections made from now on reach another upstream; those that are open stay. */
  async lead(proxy: string, upstream: string): Promise<void> {
    await this.#ask('PUT', `/twin/upstreams/${encodeURIComponent(proxy)}`, { upstream });
  }

  /** Extension: what a client sends from now on, or what of it is held, is answered with RST. */
  strayConnections = (proxy: string): Promise<unknown> =>
    this.#ask('POST', `/twin/connections/${encodeURIComponent(proxy)}/stray`);

  /** Extension: the answer has their bound addresses. */
  async createUdp(forwarders: readonly Pick<UdpState, 'name' | 'listen' | 'upstream'>[]): Promise<readonly UdpState[]> {
    return ((await this.#ask('POST', '/twin/udp', forwarders)) as readonly UdpJson[]).map(udpState);
  }

  /** Extension: `refuse` closes the socket (port unreachable), `drop` swallows; `delayUs` in each direction. */
  async setUdp(name: string, change: { readonly state?: EntryState; readonly delayUs?: number }): Promise<void> {
    const body = {
      ...(change.state === undefined ? {} : { state: change.state }),
      ...(change.delayUs === undefined ? {} : { delay_us: change.delayUs }),
    };
    await this.#ask('PUT', `/twin/udp/${encodeURIComponent(name)}`, body);
  }

  async removeUdp(name: string): Promise<void> {
    await this.#ask('DELETE', `/twin/udp/${encodeURIComponent(name)}`);
  }

  /** The client puts names into paths as they are: here they are escaped first. */
  #proxy(name: string): StockProxy {
    const path = encodeURIComponent(name);
    return new StockProxy(this.#stock, { name: path, listen: '', upstream: '', enabled: true, toxics: [] });
  }

  #toxic(proxy: string, name: string): StockToxic<unknown> {
    const body = {
      name: encodeURIComponent(name),
      type: 'latency',
      stream: 'downstream',
      toxicity: 1,
      attributes: {},
    } as const;
    return new StockToxic(this.#stock.getApi(), this.#proxy(proxy).getPath(), body);
  }

  async #tell<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      throw this.#error(what, cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { host, port, socketPath } = this.#at;
    const text = body === undefined ? '' : JSON.stringify(body);
    const what = `${method} ${path} ${text}`.trimEnd();
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    try {
      const where = socketPath === undefined ? { host, port } : { socketPath };
      const asked = request({ ...where, method, path, headers, agent: false });
      asked.end(text);
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      const answer = Buffer.concat(chunks).toString();
      if ((response.statusCode ?? 0) >= 300) throw new Error(`status code ${response.statusCode}: ${answer.trim()}`);
      return answer === '' ? undefined : JSON.parse(answer);
    } catch (cause) {
      throw this.#error(what, cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  #error(what: string, why: string, cause: unknown): SimError {
    const hint = HINTS.find(([pattern]) => pattern.test(why))?.[1];
    const message = `toxiproxy at ${this.#at.host}:${this.#at.port}: ${what}: ${why}`;
    return new SimError('SIM_TOXIPROXY', message, hint === undefined ? { cause } : { cause, hint });
  }
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /status code 400/u,
    'an attribute is of the wrong kind or out of range, or a real Toxiproxy was asked for an extension',
  ],
  [/status code 403/u, 'the control API answers loopback names only, and no browser'],
  [/status code 404/u, 'no proxy or toxic has that name'],
  [/status code 409/u, 'the name is in use; names of toxics are unique over both streams'],
  [/status code 500/u, 'an address could not be bound: is it in use?'],
  [/fetch failed|ECONNREFUSED|ENOENT|ECONNRESET/u, 'the proxy does not run (any more)'],
];

type StockToxicBody = Parameters<StockProxy['addToxic']>[0];

/** The client's type knows seven types; the server decides. */
const toxicBody = ({ name, stream, toxicity = 1, effect }: ToxicSpec): StockToxicBody =>
  ({ name, stream, toxicity, ...wireShape(effect) }) as StockToxicBody;

const describe = ({ name, stream, effect }: ToxicSpec): string =>
  `"${name}" (${stream}, ${JSON.stringify(wireShape(effect))})`;

function wireShape(effect: ToxicEffect): {
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
} {
  const type = effect.kind;
  switch (effect.kind) {
    case 'latency':
      return { type, attributes: { latency: effect.latencyMs, jitter: effect.jitterMs } };
    case 'bandwidth':
      return { type, attributes: { rate: Math.max(1, Math.round(effect.bytesPerSecond / 1000)) } };
    case 'slow_close':
      return { type, attributes: { delay: effect.delayMs } };
    case 'timeout':
    case 'reset_peer':
      return { type, attributes: { timeout: effect.timeoutMs } };
    case 'slicer': {
      const { averageBytes, variationBytes, delayUs } = effect;
      return { type, attributes: { average_size: averageBytes, size_variation: variationBytes, delay: delayUs } };
    }
    case 'limit_data':
      return { type, attributes: { bytes: effect.bytes } };
    case 'delay': {
      const { delayUs, jitterUs, handshakeUs, distribution, seed } = effect;
      const attributes = { delay_us: delayUs, jitter_us: jitterUs, handshake_us: handshakeUs, distribution, seed };
      return { type: 'twin_delay', attributes };
    }
    case 'hold':
      break;
  }
  return { type: 'twin_hold', attributes: {} };
}

interface UdpJson extends Omit<UdpState, 'delayUs'> {
  readonly delay_us: number;
}

const udpState = ({ name, listen, upstream, state, delay_us }: UdpJson): UdpState => ({
  name,
  listen,
  upstream,
  state,
  delayUs: delay_us,
});
