import type { Socket } from 'node:net';
import { pickEndpoint, type ProxyMode } from '../../behaviour/kube-proxy.ts';
import type { Prng } from '../../prng.ts';
import type { HostPort, KubeProxyTable } from '../config.ts';
import { BlackHoles } from '../toxiproxy/black-hole.ts';
import { Entry, setEntries } from '../toxiproxy/entry.ts';
import { pipeTo } from './pipe.ts';
import { SilentShare } from './silent-share.ts';

/** A Service's ClusterIP as one node sees it: each new connection goes to one endpoint, and stays there. */
export class TcpService {
  readonly #mode: ProxyMode;
  readonly #prng: Prng;
  readonly #holes = new BlackHoles();
  readonly #entry = new Entry((client) => this.#accept(client));
  readonly #share = new SilentShare((client) => this.#accept(client));
  #rule: KubeProxyTable[string];
  #connections = 0;

  constructor(rule: KubeProxyTable[string], mode: ProxyMode, prng: Prng) {
    this.#rule = rule;
    this.#mode = mode;
    this.#prng = prng;
  }

  async start(): Promise<void> {
    await this.#entry.start(this.#rule.entry);
    await this.update(this.#rule);
  }

  /** In force when it settles. Connections that are open live on, their endpoint listed or not. */
  async update(rule: KubeProxyTable[string]): Promise<void> {
    this.#rule = rule;
    const state = rule.endpoints.length === 0 ? 'refuse' : rule.state;
    const answering = answeringOf(rule).length;
    const silent = rule.endpoints.length - answering;
    const shared = state === 'open' && silent > 0 && answering > 0;
    if (!shared) await this.#share.clear();
    await setEntries(new Map([[this.#entry, state]]), this.#holes);
    if (shared) await this.#share.set(this.#entry, silent, answering);
  }

  async stop(): Promise<void> {
    await this.#share.clear();
    await this.#entry.stop(this.#holes);
    await this.#holes.closeAll();
  }

  #accept(client: Socket): void {
    const endpoint = pickEndpoint(answeringOf(this.#rule), this.#mode, this.#connections++, this.#prng.next());
    client.on('error', () => {}); // `pipeTo` passes it on
    if (endpoint === undefined) client.resetAndDestroy();
    else pipeTo(client, endpoint);
  }
}

/** Endpoints that connects which are answered go to; the others' share is left unanswered before. */
const answeringOf = (rule: KubeProxyTable[string]): readonly HostPort[] =>
  rule.endpoints.filter((endpoint) => endpoint.silent !== true);
