/** Topologies and scenarios that a user broke: every fault at once, in words, exit 4, nothing started. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ROOT, showsStack, temporaryFolder, twin } from './command.ts';

const urlOf = (file: string): string => pathToFileURL(join(ROOT, file)).href;
/** The reference topology as an author edits it; `edits` works on `t`, a copy of its data. */
const topologyWith = (edits: string): string => `
import { defineTopology } from ${JSON.stringify(urlOf('topology/load.ts'))};
import honeydue from ${JSON.stringify(urlOf('topology/honeydue.ts'))};
const t = structuredClone(honeydue);
${edits}
export default defineTopology(t, 'topology/honeydue.ts');`;

const SCHEMA_FAULTS = `t.server = 'hetzner1'; t.users.population = -1; t.nodes = 3;`;
const BROKEN_REFERENCES = `t.server = 'node:hetzner9'; t.services.api.workload = 'apy'; t.links.neon.profiles.physical.jitterMs = 200;`;

describe.concurrent('twin: a broken topology', () => {
  test.for([
    ['rehearse', ['rehearse', '--runtime', 'model']],
    ['explain', ['explain', 'redis-down']],
  ] as const)('%s lists every broken reference with the nearest name and exits 4', async ([, args]) => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'broken.ts');
    writeFileSync(file, topologyWith(BROKEN_REFERENCES));
    const out = args[0] === 'rehearse' ? ['--out', join(folder.path, 'out')] : [];
    const { code, out: printed, err } = await twin([...args, ...out], { swaps: { 'topology/honeydue.ts': file } });
    expect(err).toContain('topology/honeydue.ts: 3 errors, nothing was started');
    expect(err).toMatch(/ {2}server {2}SIM_TOPOLOGY_INVALID {2}.*"node:hetzner9" is not declared/);
    expect(err).toContain('services.api.workload  SIM_TOPOLOGY_INVALID  workload "apy" is not declared');
    expect(err).toContain('did you mean "api"?');
    expect(err).toContain('jitter 200 ms exceeds the round trip of 95 ms');
    expect({ code, printed, stack: showsStack(err) }).toEqual({ code: 4, printed: '', stack: false });
    expect(readdirSync(folder.path)).toEqual(['broken.ts']);
  });

  test('entries of the wrong shape are listed all at once, with their paths', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'broken.ts');
    writeFileSync(file, topologyWith(SCHEMA_FAULTS));
    const { code, err } = await twin(['explain', 'redis-down'], { swaps: { 'topology/honeydue.ts': file } });
    expect(err).toMatch(/\d errors, nothing was started/);
    expect(err).toMatch(/ {2}server {2}.*must be a place/);
    expect(err).toMatch(/ {2}users\.population {2}/);
    expect(err).toContain('nodes');
    expect(code).toBe(4);
  });

  test.for([
    ['no JavaScript', 'export default {', 'topology/honeydue.ts can not be read: '],
    ['one that throws', 'throw new Error("no such node");', 'topology/honeydue.ts can not be read: no such node'],
  ] as const)('a file that is %s exits 4 without a stack', async ([, text, words]) => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'broken.ts');
    writeFileSync(file, text);
    const { code, err } = await twin(['explain', 'redis-down'], { swaps: { 'topology/honeydue.ts': file } });
    expect(err).toContain(words);
    expect({ code, stack: showsStack(err) }).toEqual({ code: 4, stack: false });
  });
});

describe.concurrent('twin: a broken scenario', () => {
  test.for([
    ['no default export', 'export const scenario = 1;', 'scenarios/redis-down.ts has no default export'],
    ['no JavaScript', 'export default (', 'scenarios/redis-down.ts can not be read: '],
    [
      'two faults in it',
      `import { defineScenario } from ${JSON.stringify(urlOf('sim/scenario/scenario.ts'))};
       import original from ${JSON.stringify(urlOf('scenarios/redis-down.ts'))};
       export default defineScenario({ ...original, exposed: [], hypothesis: [] });`,
      'redis-down: 2 errors, nothing was started',
    ],
  ] as const)('with %s exits 4 and names the file or its faults', async ([, text, words]) => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'broken.ts');
    writeFileSync(file, text);
    const { code, err } = await twin(['rehearse', '--runtime', 'model', '--out', join(folder.path, 'out')], {
      swaps: { 'scenarios/redis-down.ts': file },
    });
    expect(err).toContain(words);
    expect({ code, stack: showsStack(err) }).toEqual({ code: 4, stack: false });
    expect(readdirSync(folder.path)).toEqual(['broken.ts']);
  });
});
