/** A topology in YAML: the same checks as in code, each fault with its line and column. */
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { SimError } from '../../sim/errors.ts';
import { defineTopology } from '../../topology/load.ts';
import { readTopologyYaml } from '../../topology/yaml.ts';
import { small } from './small.ts';

const text = stringify(small());
function faultsOf(yaml: string): string {
  try {
    readTopologyYaml(yaml, 'mine.yaml');
  } catch (error) {
    if (error instanceof SimError && error.code === 'SIM_TOPOLOGY_INVALID') return error.message;
    throw error;
  }
  throw new Error('the topology was taken as sound');
}
/** "12:5" of where `needle` stands. */
function placeOf(yaml: string, needle: string): string {
  const before = yaml.slice(0, yaml.indexOf(needle)).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

test('a sound file is the topology that its data is in code', () => {
  expect(readTopologyYaml(text, 'mine.yaml')).toEqual(defineTopology(small()));
});

describe('a fault is told with line, column and path', () => {
  test.each([
    ['of a value', 'rttMs: 2', 'rttMs: -2', 'rttMs', 'links.node-node.profiles.physical.rttMs'],
    ['of a reference', 'server: node:a', 'server: node:c', 'server', 'server'],
    ['below a name with dots', 'service: api', 'service: apy', 'service: apy', 'ingress.api.test.service'],
    ['of a missing entry, at what should hold it', 'population: 1\n', '\n', 'users', 'users.population'],
    ['of an unknown entry, at its key', 'routing: ', 'rooting: ', 'rooting', 'rooting'],
    ['of one in an entry', 'placement: ', 'plaement: ', 'plaement', 'workloads.api.plaement'],
    ['of one in a list of pairs', 'jitterMs: 1', 'jiterMs: 1', 'jiterMs', 'links.node-node.profiles.physical.jiterMs'],
    ['of one in quotes', 'clusterIp:', '"clusterIpp":', '"clusterIpp"', 'services.api.clusterIpp'],
  ])('%s', (_, from, to, needle, path) => {
    const broken = text.replace(from, to);
    expect(faultsOf(broken)).toContain(`\n  ${placeOf(broken, needle)}  ${path}  SIM_TOPOLOGY_INVALID  `);
  });

  test('in a list', () => {
    const broken = text.replace('- 8000', '- eight');
    expect(faultsOf(broken)).toContain(`  ${placeOf(broken, 'eight')}  workloads.api.ports.0  `);
  });
});

describe('keys', () => {
  const sent = (from: string, to: string): string => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };
  test('a key nobody reads is told with its nearest and all that could be meant', () => {
    const told = faultsOf(sent('placement: ', 'plaement: '));
    expect(told).toContain('there is no "plaement"');
    expect(told).toMatch(/declared: .*placement.*; did you mean "placement"\?/);
  });
  test('a setting that no program of its role reads is told so too, and one of the wrong kind', () => {
    const broken = sent(
      'placement: node:b',
      'settings:\n      redisPolSize: 5\n      sqlMaxOpen: many\n    placement: node:b',
    );
    const told = faultsOf(broken);
    expect(told).toContain('mine.yaml: 2 errors');
    expect(told).toContain(`  ${placeOf(broken, 'redisPolSize')}  workloads.api.settings.redisPolSize  `);
    expect(told).toContain('did you mean "redisPoolSize"?');
    expect(told).toContain(`  ${placeOf(broken, 'sqlMaxOpen')}  workloads.api.settings.sqlMaxOpen  `);
    expect(told).toContain('found "many"');
  });
  test('settings of an outside program are its role’s', () => {
    const broken = sent('role: postgres', 'role: postgres\n    settings: { retry: true }');
    expect(faultsOf(broken)).toContain(`  ${placeOf(broken, 'retry: true')}  externals.db.settings.retry  `);
    expect(faultsOf(broken)).toContain('declared: poolerQueryWaitMs, poolerServers');
  });
  test('a key that stands twice is told at the second, with everything else', () => {
    const broken = `${sent('population: 1', 'population: -1')}server: node:b\n"title": x\n`;
    const last = broken.split('\n').length - 2;
    expect(faultsOf(broken)).toContain('mine.yaml: 3 errors');
    expect(faultsOf(broken)).toContain(`\n  ${last}:1  SIM_TOPOLOGY_INVALID  "server" stands twice`);
    expect(faultsOf(broken)).toContain(`\n  ${last + 1}:1  SIM_TOPOLOGY_INVALID  "title" stands twice`);
    expect(faultsOf(broken)).toContain(`  ${placeOf(broken, 'population')}  users.population  `);
  });
  test('all faults are told in the order of the file', () => {
    const broken = sent('id: small', 'idd: small').replace('routing:', 'rooting:').replace('rttMs: 2', 'rttMs: -2');
    const at = [...faultsOf(broken).matchAll(/^ {2}(\d+):\d+/gm)].map(([, line]) => Number(line));
    expect(at.length).toBeGreaterThan(4);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });
});

describe('what is not YAML is told as that', () => {
  test.each([
    ['an open bracket', 'places: [ a: b\n', '2:1'],
    ['a tab', 'id: small\n\tserver: x\n', '2:1'],
    ['two documents', `${text}---\n${text}`, `${text.split('\n').length}:1`],
  ])('%s', (_, yaml, place) => {
    expect(faultsOf(yaml)).toContain(`\n  ${place}  SIM_TOPOLOGY_INVALID  not YAML: `);
  });

  test('aliases that would unfold without end', () => {
    const rows = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(',')}]`);
    expect(faultsOf(['a0: &a0 x', ...rows].join('\n'))).toContain('not YAML: Excessive alias count');
  });

  test.each([
    ['nothing', ''],
    ['a word', 'hello\n'],
    ['a list', '- a\n'],
  ])('%s is no topology', (_, yaml) => {
    expect(faultsOf(yaml)).toContain('  1:1  (top level)  SIM_TOPOLOGY_INVALID  Invalid input: expected object');
  });
});

describe('what no topology is', () => {
  test.each([
    ['megabytes', `id: ${'x'.repeat(600_000)}`, '1:1  SIM_TOPOLOGY_INVALID  600,004 characters'],
    [
      'brackets in brackets',
      `id: x\na: ${'['.repeat(100_000)}`,
      '2:54  SIM_TOPOLOGY_INVALID  nested deeper than 50 levels',
    ],
    ['maps in maps', '{a: '.repeat(100_000), 'nested deeper than 50 levels'],
    ['lists in lists', '- '.repeat(100_000), 'nested deeper than 50 levels'],
    [
      'keys below keys',
      Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      '51:1  SIM_TOPOLOGY_INVALID  nested',
    ],
    ['aliases that unfold without end', aliases(), 'not YAML: Excessive alias count'],
    ['tabs', 'id: x\nplaces:\n\tuser: 1\n', '3:1  SIM_TOPOLOGY_INVALID  not YAML: Tabs'],
  ])('%s is told with its place, before anything else', (_what, text, told) => {
    expect(() => readTopologyYaml(text, 't.yaml')).toThrowError(told);
  });
});
function aliases(): string {
  const names = 'a b c d e f g h i j k l'.split(' ');
  return names
    .map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(index === 0 ? 'x' : `*${names[index - 1]}`)
          .join(',')}]`,
    )
    .join('\n');
}

describe('a heap of faults', () => {
  test('is told by its first hundred, at once', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
    const before = performance.now();
    const told = faultsOf(`${text}${many}\n`);
    // It took a minute and more; a busy machine takes a second or two.
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(told).toContain('mine.yaml: 20000 errors');
    expect(told).toContain('\n  and 19900 more');
    expect(told.split('\n').length).toBeLessThan(250);
  });
  test('a key that is no name is told, and nothing is made of it', () => {
    expect(faultsOf(`${text}? [a, b]\n: 1\n`)).toContain(
      `mine.yaml: 1 error, nothing was started\n  ${text.split('\n').length}:3  SIM_TOPOLOGY_INVALID  this key is no name`,
    );
  });
});
