/** Every case of the Toxiproxy suite, each against a server of its own. */
import { test } from 'vitest';
import { toxiproxyCases } from './toxiproxy-cases.ts';
import type { World } from './toxiproxy-world.ts';

export function runToxiproxyCases(start: () => Promise<World>): void {
  for (const [name, body] of Object.entries(toxiproxyCases)) {
    test(name, async () => {
      await using world = await start();
      await body(world);
    });
  }
}
