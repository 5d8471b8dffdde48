/** A cluster whose parts have names that documents use for others: its own meaning goes first. */
import { expect, test } from 'vitest';
import postgresDown from '../../scenarios/postgres-down.ts';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import traefikDown from '../../scenarios/traefik-down.ts';
import { matchOf } from '../../sim/documents/matching.ts';
import { defineTopology } from '../../topology/load.ts';
import honeydue from '../../topology/honeydue.ts';
import type { TopologyInput } from '../../topology/schema.ts';

const NAMES = new Map([
  ['api', 'orders'],
  ['traefik', 'gateway'],
  ['neon', 'aurora'],
  ['external:neon', 'external:aurora'],
]);
const KEPT = new Set(['role', 'source', 'title', 'oracle']);
const renamed = (value: unknown, key = ''): unknown =>
  KEPT.has(key)
    ? value
    : typeof value === 'string'
      ? (NAMES.get(value) ?? value)
      : Array.isArray(value)
        ? value.map((one) => renamed(one))
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value).map(([one, below]) => [NAMES.get(one) ?? one, renamed(below, one)]),
            )
          : value;
const topology = defineTopology(renamed(structuredClone(honeydue)) as TopologyInput);

test.each([
  ['gateway down on one node', traefikDown],
  ['aurora down', postgresDown],
  ['Rolling update of orders', rollingUpdate],
])('"%s" is played', (cell, scenario) => {
  expect(matchOf(cell, scenario, topology).confidence).toBe(1);
});
