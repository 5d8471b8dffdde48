/** A cluster whose parts have names that documents use for others: its own meaning goes first. */
import { expect, test } from 'vitest';
import postgresDown from '../../scenarios/postgres-down.ts';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import traefikDown from '../../scenarios/traefik-down.ts';
import { matchOf } from '../../sim/documents/matching.ts';
import { renamedTopology } from '../topology/renamed.ts';

const topology = renamedTopology([
  ['api', 'orders'],
  ['traefik', 'gateway'],
  ['neon', 'aurora'],
  ['external:neon', 'external:aurora'],
]);

test.each([
  ['gateway down on one node', traefikDown],
  ['aurora down', postgresDown],
  ['Rolling update of orders', rollingUpdate],
])('"%s" is played', (cell, scenario) => {
  expect(matchOf(cell, scenario, topology).confidence).toBe(1);
});
