/** A Toxiproxy that only notes what it is told. */
import type { ToxicSpec, ToxiproxyClient } from '../../sim/runtimes/toxiproxy.ts';

export interface StubbedToxiproxy {
  readonly client: ToxiproxyClient;
  /** Names of the conditions' toxics that are on any proxy; links' are left out. */
  rules(): string[];
  /** Where each proxy that is there listens. */
  readonly listens: ReadonlyMap<string, string>;
}

/** @param before  what it waits for before it adds a toxic. Like the real one it refuses to add what is there, or to remove what is not. */
export function stubbedToxiproxy(
  before: (toxic: string) => Promise<void> | undefined = () => undefined,
): StubbedToxiproxy {
  const toxics = new Map<string, string>();
  const listens = new Map<string, string>();
  const client = {
    populate(wires: readonly { readonly name: string; readonly listen: string }[]) {
      for (const { name, listen } of wires) listens.set(name, listen);
      return Promise.resolve();
    },
    async addToxic(proxy: string, { name }: ToxicSpec) {
      await before(name);
      if (toxics.has(`${proxy} ${name}`)) throw new Error(`toxic ${name} is there`);
      toxics.set(`${proxy} ${name}`, name);
    },
    removeToxic: (proxy: string, name: string) =>
      toxics.delete(`${proxy} ${name}`) ? Promise.resolve() : Promise.reject(new Error(`no toxic ${name}`)),
    setEntries: () => Promise.resolve(),
    removeProxy: (proxy: string) => Promise.resolve(void listens.delete(proxy)),
  };
  return {
    client: client as unknown as ToxiproxyClient,
    rules: () => [...toxics.values()].filter((name) => name.startsWith('rule')),
    listens,
  };
}
