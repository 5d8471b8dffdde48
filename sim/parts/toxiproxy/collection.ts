import { missingField, proxyExists, proxyNotFound } from './api-error.ts';
import { fieldsOf, listOf, optional, type JsonObject } from './go-json.ts';
import { setEntries, type EntryState } from './entry.ts';
import { Proxy, type Shared, type TwinOptions } from './proxy.ts';

/** All proxies of a server, by name. @see toxiproxy 2.12 proxy_collection.go and api.go */
export class Collection {
  readonly #proxies = new Map<string, Proxy>();
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  get(name: string): Proxy {
    const proxy = this.#proxies.get(name);
    if (!proxy) throw proxyNotFound();
    return proxy;
  }

  /** Sorted by name, as Go writes a map. */
  all(): readonly Proxy[] {
    return [...this.#proxies.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Body of POST /proxies: `{name, listen, upstream, enabled?, twin?}`. */
  async create(body: unknown): Promise<Proxy> {
    const fields = fieldsOf(body, 'toxiproxy.Proxy');
    const { enabled = true, ...spec } = readProxy(fields, 'Proxy', 'Proxy');
    if (!spec.name) throw missingField('name');
    if (!spec.upstream) throw missingField('upstream');
    if (this.#proxies.has(spec.name)) throw proxyExists();
    const proxy = new Proxy(spec, this.#shared);
    if (enabled) await proxy.start();
    this.#proxies.set(proxy.name, proxy);
    return proxy;
  }

  /** Body of PATCH /proxies/{p}: `{listen?, upstream?, enabled?}`. */
  async update(name: string, body: unknown): Promise<Proxy> {
    const proxy = this.get(name);
    const fields = fieldsOf(body, 'toxiproxy.Proxy');
    await proxy.update({
      listen: optional(fields, 'listen', 'string', 'Proxy') ?? proxy.listen,
      upstream: optional(fields, 'upstream', 'string', 'Proxy') ?? proxy.upstream,
      enabled: optional(fields, 'enabled', 'bool', 'Proxy') ?? proxy.enabled,
    });
    return proxy;
  }

  async remove(name: string): Promise<void> {
    await this.get(name).stop();
    this.#proxies.delete(name);
  }

  /**
   * Body of POST /populate: a list. All entries are checked first, then done in order; the first failure ends it.
   *
   * @param done  receives each proxy as it stands, so that a failure can tell what was done before
   */
  async populate(body: unknown, done: Proxy[]): Promise<void> {
    const specs = readPopulate(body);
    specs.forEach((spec, index) => {
      if (!spec.name) throw missingField(`name at proxy ${index + 1}`);
      if (!spec.upstream) throw missingField(`upstream at proxy ${index + 1}`);
    });
    for (const { enabled = true, ...spec } of specs) {
      const existing = this.#proxies.get(spec.name);
      if (existing && !(await existing.differs(spec))) {
        if (spec.twin) existing.twin = spec.twin;
        done.push(existing);
        continue;
      }
      await existing?.stop();
      const proxy = new Proxy(spec, this.#shared);
      if (enabled) await proxy.start();
      this.#proxies.set(proxy.name, proxy);
      done.push(proxy);
    }
  }

  /** Starts every proxy and removes every toxic; entries open too, for a reset heals everything. */
  async reset(): Promise<void> {
    await this.setEntries(new Map(this.all().map((proxy) => [proxy.name, 'open'])));
    for (const proxy of this.all()) {
      await proxy.start();
      proxy.chain.reset();
    }
  }

  /** Extension: puts the entries of the named proxies into new states, in force when it returns. */
  async setEntries(states: ReadonlyMap<string, EntryState>): Promise<void> {
    const changes = new Map([...states].map(([name, state]) => [this.get(name).entry, state] as const));
    await setEntries(changes, this.#shared.holes);
  }

  async close(): Promise<void> {
    for (const proxy of this.all()) await proxy.stop();
  }
}

const POPULATE_ENTRY = 'struct { toxiproxy.Proxy; Enabled *bool "json:\\"enabled\\"" }';

function readPopulate(body: unknown): readonly ReturnType<typeof readProxy>[] {
  return listOf(body, `[]${POPULATE_ENTRY}`).map((entry) => readProxy(fieldsOf(entry, POPULATE_ENTRY), '.Proxy', ''));
}

/** `struct` names the Go struct in errors; `enabledStruct` that of `enabled`, which populate declares anew. */
function readProxy(fields: JsonObject, struct: string, enabledStruct: string) {
  const enabled = optional(fields, 'enabled', 'bool', enabledStruct);
  const twin = readTwin(fields.get('twin'));
  return {
    name: optional(fields, 'name', 'string', struct) ?? '',
    listen: optional(fields, 'listen', 'string', struct) ?? '',
    upstream: optional(fields, 'upstream', 'string', struct) ?? '',
    ...(enabled === undefined ? {} : { enabled }),
    ...(twin === undefined ? {} : { twin }),
  };
}

function readTwin(value: unknown): TwinOptions | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = fieldsOf(value, 'Proxy.twin of type twin', 'Go struct field');
  return {
    propagateReset: optional(fields, 'propagate_reset', 'bool', 'Proxy.twin') ?? false,
    mirrorRefused: optional(fields, 'mirror_refused', 'bool', 'Proxy.twin') ?? false,
  };
}
