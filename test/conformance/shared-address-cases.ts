/** An address that two places announce, and what becomes of connections when routes move: written once, run on every runtime that can move them. */
import { describe, expect, it } from 'vitest';
import { createCluster } from '../../sim/control/cluster.ts';
import { createPrng } from '../../sim/prng.ts';
import type { Condition, Conversation, Runtime, Saw, Stage, Target } from '../../sim/runtimes/contract.ts';
import { defineTopology } from '../../topology/load.ts';
import { FAR_MS, patienceFor, SILENCE_MS } from './patience.ts';
import { BARE_STAGE } from '../bare-stage.ts';

const SOURCE = 'conformance suite';
const somewhere = { latitude: 0, longitude: 0, source: SOURCE };
/** A Redis at each of two POPs, for it is asked and answers; nobody looks at what is in it. */
const redis = (place: 'pop:near' | 'pop:far') => ({ place, role: 'redis', ports: [6379], source: SOURCE });
const topology = defineTopology({
  id: 'shared-address',
  title: 'two POPs',
  places: { 'user:here': somewhere, 'node:a': somewhere, 'pop:near': somewhere, 'pop:far': somewhere },
  server: 'node:a',
  links: { pops: { between: ['user', 'pop'], profiles: { physical: { rttMs: 2, source: SOURCE } } } },
  defaultProfile: 'physical',
  workloads: {},
  services: {},
  externals: { near: redis('pop:near'), far: redis('pop:far') },
  anycast: { shared: { host: 'shared.example', port: 6379, pops: ['pop:near', 'pop:far'], source: SOURCE } },
  ingress: {},
  routing: 'service',
  journeys: {},
  users: { place: 'user:here', population: 1, patienceMs: 1_000, source: SOURCE },
});
const FROM = 'user:here';
const SHARED: Target = { anycast: 'shared', port: 6379 };

const ask = async ({ prober }: Stage, patienceMs: number): Promise<Saw> =>
  (await prober.ask(FROM, SHARED, { ask: 'ping' }, patienceMs)).saw;
const ping = async (stage: Stage, expected: Saw): Promise<void> =>
  expect(await ask(stage, patienceFor(expected))).toBe(expected);
const talk = async (open: Conversation, expected: Saw): Promise<void> =>
  expect((await open.ask({ ask: 'ping' }, patienceFor(expected))).saw).toBe(expected);
/** What new connections meet when a condition is on the nearer POP, then when routes lead to the other, then when they lead back. */
async function moved(stage: Stage, what: Condition, [before, after, back]: readonly [Saw, Saw, Saw]): Promise<void> {
  await using _condition = await stage.network.impose({ to: 'pop:near' }, what);
  await ping(stage, before);
  await stage.routes.anycast('shared', 'pop:far');
  await ping(stage, after);
  await stage.routes.anycast('shared', 'pop:near');
  await ping(stage, back);
}
const cases: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  'a new connection meets what is in force at the place that routes lead to': async (stage) => {
    await ping(stage, 'answer');
    await moved(stage, { kind: 'refuse' }, ['refused', 'answer', 'refused']);
    await moved(stage, { kind: 'drop' }, ['connect-silent', 'answer', 'connect-silent']);
    await ping(stage, 'answer');
  },
  'an open connection lives on until its client sends, and is reset then': async (stage) => {
    await using open = await stage.prober.converse(FROM, SHARED, 'tcp');
    await talk(open, 'answer');
    await stage.routes.anycast('shared', 'pop:far');
    await talk(open, 'reset');
    await ping(stage, 'answer');
  },
  'what waits on an open connection to a silent place is answered with a reset when routes move': async (stage) => {
    await using open = await stage.prober.converse(FROM, SHARED, 'tcp');
    await using _dark = await stage.network.impose({ to: 'pop:near' }, { kind: 'drop' });
    const asked = open.ask({ ask: 'ping' }, FAR_MS);
    await stage.clock.sleep('scenario.step', 100);
    await stage.routes.anycast('shared', 'pop:far');
    expect((await asked).saw).toBe('reset');
  },
  'a connection to the place itself does not move': async (stage) => {
    await using open = await stage.prober.converse(FROM, { place: 'pop:far', port: 6379 }, 'tcp');
    await stage.routes.anycast('shared', 'pop:far');
    await stage.routes.anycast('shared', 'pop:near');
    await talk(open, 'answer');
  },
  'a connect that nobody answers is taken by the other place once routes lead there': async (stage) => {
    await using _dark = await stage.network.impose({ to: 'pop:near' }, { kind: 'drop' });
    const asked = stage.prober.ask(FROM, SHARED, { ask: 'ping' }, FAR_MS);
    await stage.clock.sleep('scenario.step', 100);
    await stage.routes.anycast('shared', 'pop:far');
    expect((await asked).saw).toBe('answer');
  },
};

async function onStage(runtime: Runtime, body: (stage: Stage) => Promise<void>): Promise<void> {
  await using stage = await runtime.open(topology, BARE_STAGE);
  const cluster = createCluster({ stage, topology, prng: createPrng(7), record: () => undefined });
  const play = async (): Promise<void> => {
    await cluster.start(30_000);
    while ((await ask(stage, SILENCE_MS)) !== 'answer') await stage.clock.sleep('scenario.step', 20);
    // The brain's own routing would undo what is done here by hand.
    cluster.stop();
    await body(stage);
  };
  await stage.play(play());
}

export function sharedAddressCases(label: string, makeRuntime: () => Promise<Runtime>): void {
  describe.concurrent(`shared address: ${label}`, () => {
    for (const [title, body] of Object.entries(cases)) it(title, async () => onStage(await makeRuntime(), body));
  });
}
