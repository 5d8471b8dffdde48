/** The cluster's resolver on the model: what it keeps of what it forwards (facts 3.9: k3s Corefile, cache 30). */
import { expect, test } from 'vitest';
import { model } from '../../sim/runtimes/model/runtime.ts';
import type { NameRecord, Saw } from '../../sim/runtimes/contract.ts';
import honeydue from '../../topology/honeydue.ts';
import type { Topology } from '../../topology/schema.ts';
import { BARE_STAGE } from '../bare-stage.ts';

const NEON = 'ep-x-pooler.us-east-1.aws.neon.tech';
const RECORD: NameRecord = { targets: [{ place: 'external:neon', port: 5432 }], ttlMs: 300_000 };

/** What is said of a name while it is there, right after it is gone, and after each of some waits. */
async function said(waitsMs: readonly number[], topology: Topology = honeydue): Promise<Saw[]> {
  const stage = await model.open(topology, BARE_STAGE);
  const whole = async (): Promise<Saw[]> => {
    const { clock, names, prober } = stage;
    const sandbox = await stage.sandbox('dns', 'node:hetzner1', false);
    await sandbox.run({ role: 'resolver', ports: [53], settings: {} });
    await names.publish('cluster', NEON, RECORD);
    await clock.sleep('scenario.step', 1_000);
    const ask = async (): Promise<Saw> => {
      const target = { pod: 'dns', port: 53 };
      return (await prober.ask('node:hetzner1', target, { ask: 'name', name: NEON }, 1_000)).saw;
    };
    const seen = [await ask()];
    await names.publish('cluster', NEON, 'absent');
    for (const ms of [0, ...waitsMs]) {
      await clock.sleep('scenario.step', ms);
      seen.push(await ask());
    }
    return seen;
  };
  return stage.play(whole());
}

test('a forwarded name is answered from the cache for 30 s of its TTL, and no longer', async () => {
  expect(await said([29_000, 1_500])).toEqual(['answer', 'answer', 'answer', 'no-such-name']);
});
test('for as long as the topology says', async () => {
  const short = { ...honeydue, timers: { ...honeydue.timers, 'dns.cache': 8_000 } };
  expect(await said([7_000, 1_500], short)).toEqual(['answer', 'answer', 'answer', 'no-such-name']);
});
