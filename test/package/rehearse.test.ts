/** What the package's entries make of their options: the command line that they run. */
import { expect, test } from 'vitest';
import { argumentsOf, type RehearseOptions } from '../../sim/package/rehearse.ts';

test.each<[RehearseOptions, string[]]>([
  [{}, []],
  [
    { scenarios: ['redis-down', 'coredns-down'], runtime: 'model', seed: 8, fast: true, control: 'placebo' },
    ['redis-down', 'coredns-down', '--runtime', 'model', '--seed', '8', '--fast', '--placebo'],
  ],
  [
    { api: "LOG='debug' ./server --quiet", apiName: 'server' },
    ['--api', "LOG='debug' ./server --quiet", '--api-name', 'server'],
  ],
  [
    { set: { 'links.neon.rtt': '5ms', 'workloads.api.replicas': 1, 'externals.edge-dallas.settings.retry': false } },
    [
      '--set',
      'links.neon.rtt=5ms',
      '--set',
      'workloads.api.replicas=1',
      '--set',
      'externals.edge-dallas.settings.retry=false',
    ],
  ],
  [{ updateExpected: true, signal: AbortSignal.timeout(1) }, ['--update-expected']],
])('%j', (options, args) => {
  expect(argumentsOf(options)).toEqual(args);
});
