/** A topology's faults: all of them at once, each with its path, what was found, the choices and the nearest of them. */
import { describe, expect, test } from 'vitest';
import { SimError } from '../../sim/errors.ts';
import { defineTopology } from '../../topology/load.ts';
import type { TopologyInput } from '../../topology/schema.ts';
import { small } from './small.ts';

/** A small topology with `change` put in over one path. */
function changed(path: string, value: unknown): TopologyInput {
  const topology = small() as unknown as Record<string, unknown>;
  const keys = path.split(' ');
  const last = keys.pop() ?? '';
  const parent = keys.reduce((node, key) => node[key] as Record<string, unknown>, topology);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return topology as unknown as TopologyInput;
}
function faultsOf(input: TopologyInput): SimError {
  try {
    defineTopology(input, 'mine.ts');
  } catch (error) {
    if (error instanceof SimError) return error;
    throw error;
  }
  throw new Error('the topology was taken as sound');
}

describe('a sound topology', () => {
  test('gets the defaults of Kubernetes: probe every 10 s, 1 s patience, 3 failures, 30 s grace (facts 3.1, 3.2)', () => {
    const { workloads } = defineTopology(small());
    expect(workloads['api']).toMatchObject({ kind: 'deployment', replicas: 1, graceMs: 30_000, preStopMs: 0 });
    expect(workloads['api']?.probes.readiness).toMatchObject({
      periodMs: 10_000,
      timeoutMs: 1_000,
      failureThreshold: 3,
      initialDelayMs: 0,
    });
  });
  test.each([
    ['a link between two named places', 'links node-node between', ['node:a', 'node:b']],
    ['a link between a place and a kind', 'links node-node between', ['node:a', 'external']],
    ['jitter as large as the round trip', 'links node-node profiles physical jitterMs', 2],
    ['no replica at all', 'workloads api replicas', 0],
    ['a workload spread over the nodes', 'workloads api placement', 'spread'],
    ['no probes', 'workloads api probes', undefined],
    ['no document', 'document', undefined],
    ['no ingress', 'ingress', {}],
    ['routing to endpoints', 'routing', 'endpoints'],
    ['a position at the pole', 'places node:a latitude', -90],
  ])('may have %s', (_name, path, value) => {
    expect(defineTopology(changed(path, value)).id).toBe('small');
  });
});

describe('a broken topology', () => {
  const readiness = 'workloads api probes readiness';
  test.each([
    [
      'a workload that no Service of that name has',
      'services api workload',
      'apo',
      'services.api.workload',
      '"apo" is not declared',
      'did you mean "api"?',
    ],
    [
      'a Service port on which its workload does not listen',
      'services api port',
      8001,
      'services.api.port',
      'port 8001 is not a port of "api"',
      'declared: 8000',
    ],
    [
      'a probe of a port that is not open',
      'workloads api probes readiness port',
      80,
      'workloads.api.probes.readiness.port',
      'port 80 is not a port',
      'declared: 8000',
    ],
    ['an unknown server', 'server', 'node:c', 'server', 'node "node:c" is not declared', 'declared: node:a, node:b'],
    ['a server that is no node', 'server', 'user:here', 'server', 'node "user:here" is not declared', 'did you mean'],
    [
      'a placement on no node',
      'workloads api placement',
      'external:db',
      'workloads.api.placement',
      'is not declared',
      'node:a',
    ],
    ['users at no place of users', 'users place', 'node:a', 'users.place', 'is not declared', 'user:here'],
    [
      'an external at no place',
      'externals db place',
      'external:bd',
      'externals.db.place',
      'is not declared',
      'did you mean "external:db"?',
    ],
    [
      'an ingress to no Service',
      'ingress api.test service',
      'web',
      'ingress.api.test.service',
      'service "web" is not declared',
      'declared: api',
    ],
    [
      'a link to no place',
      'links node-node between',
      ['nod', 'node'],
      'links.node-node.between',
      'place "nod" is not declared',
      'did you mean "node"?',
    ],
    [
      'a role that nobody plays',
      'workloads api role',
      'apii',
      'workloads.api.role',
      'there is no program for role "apii"',
      'did you mean "api"?',
    ],
    ['a probe without a pause', `${readiness} periodMs`, 0, 'workloads.api.probes.readiness.periodMs', '>=1', ''],
    ['a probe without patience', `${readiness} timeoutMs`, 0, 'workloads.api.probes.readiness.timeoutMs', '>=1', ''],
    ['leases without a pause', 'timers', { 'node.lease': 0 }, 'timers.node.lease', '>=1', ''],
    ['a check of nodes without a pause', 'timers', { 'node.monitor': 0 }, 'timers.node.monitor', '>=1', ''],
    ['a port beyond all', 'services api port', 99_999, 'services.api.port', '<=65535', ''],
    ['an address that is none', 'services api clusterIp', 'banana', 'services.api.clusterIp', 'Invalid IPv4', ''],
    [
      'a default profile that no link has',
      'defaultProfile',
      'physikal',
      'defaultProfile',
      'profile "physikal" is not declared',
      'did you mean "physical"?',
    ],
    [
      'jitter above the round trip',
      'links node-node profiles physical jitterMs',
      3,
      'links.node-node.profiles.physical.jitterMs',
      'jitter 3 ms exceeds the round trip of 2 ms',
      'allowed: 0 to 2',
    ],
    ['a number without a source', 'places node:a source', undefined, 'places.node:a.source', 'expected string', ''],
    [
      'a negative latency',
      'links node-node profiles physical rttMs',
      -1,
      'links.node-node.profiles.physical.rttMs',
      'found -1',
      '',
    ],
    ['half a replica', 'workloads api replicas', 1.5, 'workloads.api.replicas', 'found 1.5', ''],
    ['an unknown routing', 'routing', 'servise', 'routing', 'found "servise"', 'did you mean "service"?'],
    [
      'an unknown kind of workload',
      'workloads api kind',
      'demonset',
      'workloads.api.kind',
      'found "demonset"',
      'did you mean "daemonset"?',
    ],
    ['a misspelt key', 'workloads api replcas', 2, 'workloads.api.replcas', 'replcas', 'did you mean "replicas"?'],
    [
      'a misspelt key of a probe',
      'workloads api probes readiness periodMS',
      2,
      'workloads.api.probes.readiness.periodMS',
      'periodMS',
      'did you mean "periodMs"?',
    ],
    ['a place of no kind', 'server', 'hetzner1', 'server', 'must be a place', ''],
    ['a place of a misspelt kind', 'server', 'nod:a', 'server', 'found "nod:a"', 'did you mean "node:a"?'],
    ['a section that is missing', 'services', undefined, 'services', 'expected record', ''],
    ['a section that is a list', 'workloads', ['api'], 'workloads', 'expected record', ''],
    ['an entry that is null', 'workloads api', null, 'workloads.api', 'expected object', ''],
  ])('with %s is told where, what and which', (_name, path, value, where, message, hint) => {
    const error = faultsOf(changed(path, value));
    expect(error.code).toBe('SIM_TOPOLOGY_INVALID');
    const lines = error.message.split('\n');
    const at = lines.findIndex(
      (line) => line.startsWith(`  ${where}  SIM_TOPOLOGY_INVALID  `) && line.includes(message),
    );
    expect(at, error.message).toBeGreaterThan(0);
    if (hint !== '') expect(lines[at + 1]).toContain(hint);
  });

  test('tells faults of its shape and of its references in one go, and that nothing was started', () => {
    const broken = small() as unknown as { [key: string]: Record<string, Record<string, unknown>> };
    broken['workloads']!['api']!['replicas'] = -1;
    broken['services']!['api']!['workload'] = 'apu';
    broken['ingress']!['api.test']!['service'] = 'web';
    const { message } = faultsOf(broken as unknown as TopologyInput);
    expect(message).toContain('mine.ts: 3 errors, nothing was started');
    for (const where of ['workloads.api.replicas', 'services.api.workload', 'ingress.api.test.service'])
      expect(message).toContain(where);
  });
  test('does not blame a reference to an entry that is itself broken', () => {
    const { message } = faultsOf(changed('workloads api replicas', -1));
    expect(message).toContain('1 error,');
  });
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'topology'],
    ['a list', []],
  ])('that is %s is an error of the input, not of ours', (_name, input) => {
    expect(faultsOf(input as unknown as TopologyInput).code).toBe('SIM_TOPOLOGY_INVALID');
  });
});
