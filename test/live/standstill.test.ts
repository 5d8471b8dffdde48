/** A twin that stood still (a closed lid, a paused machine) says so and holds nothing of it against the cluster. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import { pidsOf } from './traces.ts';
import { faultApplied, rehearseLive } from './twin.ts';

/** Longer than the 3 s within which the book's reading wants 95 % of lists. */
const STILL_MS = 10_000;

test('the whole tree stopped for 10 s while Redis is dead is a stall, and no statement is WRONG because of it', async () => {
  await using live = rehearseLive('standstill', ['--rate', '60', '--json']);
  await live.until('the fault', faultApplied);
  live.traces();
  const tree = [live.pid, ...pidsOf(live.pid)];
  for (const pid of tree) process.kill(pid, 'SIGSTOP');
  await delay(STILL_MS);
  for (const pid of tree.toReversed()) process.kill(pid, 'SIGCONT');
  const { out, err } = await live.ended;
  const stalls = live.entries().filter((entry) => entry.kind === 'stall');
  expect(stalls.reduce((sum, entry) => sum + entry.stalledMs, 0)).toBeGreaterThan(STILL_MS - 500);
  expect(err).toMatch(/the twin itself stood still for \d/);
  const { totals, scenarios } = summarySchema.parse(JSON.parse(out));
  expect(totals.wrong).toBe(0);
  expect(scenarios[0]?.statements.find((one) => one.about === 'sees')?.counts.excluded).toBeGreaterThan(0);
  await live.nothingLeft();
});
