import { describe, expect, test } from 'vitest';
import { defineTopology, latencyBetween, NO_LINK, placesOf } from '../../topology/load.ts';
import { small } from './small.ts';

const at = (rttMs: number) => ({ physical: { rttMs, source: 'made up for a test' } });
const topology = defineTopology({
  ...small(),
  links: {
    kinds: { between: ['node', 'node'], profiles: at(2) },
    half: { between: ['external', 'node:a'], profiles: at(40) },
    whole: { between: ['node:b', 'external:db'], profiles: at(50) },
    kind: { between: ['external', 'node'], profiles: at(90) },
  },
});
const rtt = (a: Parameters<typeof latencyBetween>[1], b: Parameters<typeof latencyBetween>[2]): number =>
  latencyBetween(topology, a, b, 'physical').rttMs;

describe('latency between two places', () => {
  test('a link that names a place goes before one that names its kind, in whatever order they stand', () => {
    expect(rtt('node:a', 'external:db')).toBe(40);
    expect(rtt('node:b', 'external:db')).toBe(50);
    expect(rtt('node:a', 'node:b')).toBe(2);
  });
  test('is the same in both directions', () => {
    for (const a of Object.keys(topology.places) as Parameters<typeof rtt>)
      for (const b of Object.keys(topology.places) as Parameters<typeof rtt>) expect(rtt(a, b)).toBe(rtt(b, a));
  });
  test('a place is no way from itself, even where a link joins its kind', () => {
    expect(latencyBetween(topology, 'node:a', 'node:a', 'physical')).toBe(NO_LINK);
  });
  test('places without a link are on one machine', () => {
    expect(latencyBetween(topology, 'user:here', 'node:a', 'physical')).toBe(NO_LINK);
  });
});

test('places of a kind come in the order of the file', () => {
  expect(placesOf(topology, 'node')).toEqual(['node:a', 'node:b']);
  expect(placesOf(topology, 'pop')).toEqual([]);
});
