/** latency-budget on the model: counts, verdicts over seeds, and that they follow the document and the topology. */
import { describe, expect, test } from 'vitest';
import latencyBudget from '../../scenarios/latency-budget.ts';
import { controlSentence } from '../../reports/words.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import honeydue from '../../topology/honeydue.ts';
import type { Topology } from '../../topology/schema.ts';
import { BOOK, summaryOf, verdictsOf, type PlayOptions } from './play.ts';

const play = (options: PlayOptions = {}): Promise<RunSummary> => summaryOf({ scenario: latencyBudget, ...options });
const byName = (summary: RunSummary): Record<string, string> =>
  Object.fromEntries(Object.entries(verdictsOf(summary)).map(([id, verdict]) => [id.split('/').at(-1), verdict]));

function neonAt(rttMs: number): Topology {
  const { neon } = honeydue.links;
  if (neon === undefined) throw new Error('no link to Neon');
  const physical = { rttMs, jitterMs: 0, distribution: 'uniform', source: 'made up for a test' } as const;
  return { ...honeydue, links: { ...honeydue.links, neon: { ...neon, profiles: { ...neon.profiles, physical } } } };
}

const EXPECTED = {
  'user-cf-austin-dfw': 'confirmed',
  'cf-hetzner-dallas-nuremberg': 'confirmed',
  'firewall-kernel-traefik-accept': 'inconclusive',
  'traefik-api-same-or-cross-node': 'confirmed',
  'api-parsing-and-auth': 'inconclusive',
  'api-postgres-query': 'refuted',
  'api-redis-invalidate': 'confirmed',
  'api-response': 'inconclusive',
  'total-both-ways': 'refuted',
  'api-postgres-one-query': 'refuted',
  'api-postgres-warm-connection': 'refuted',
  'api-postgres-new-connection': 'refuted',
};

describe('model: latency-budget', () => {
  test('verdicts, figure by figure; all-scenarios.test.ts has other seeds', async () => {
    expect(byName(await play())).toEqual(EXPECTED);
  });

  test.each(['placebo', 'sabotage'] as const)(
    '%s withholds the delays of the links: every statement is unproven, by what was seen too',
    async (mode) => {
      const summary = await play({ mode });
      expect(new Set(Object.values(byName(summary)))).toEqual(new Set(['inconclusive']));
      expect(summary.exitCode).toBe(0);
      expect(controlSentence(summary)).toContain(
        mode === 'placebo' ? 'no fault, so' : 'delays were withheld from figures',
      );
    },
  );

  test('round trips are counted on each leg: 1, 1, 4 for a create; 12 with 6 to connect on a new connection (facts 4.2)', async () => {
    const summary = await play();
    const rows = summary.scenarios[0]?.plays[0]?.budget ?? [];
    const counted = (way: string, connection: string): unknown =>
      rows
        .find((row) => row.way === way && row.connection === connection)
        ?.trips.map(({ between, trips, handshakes }) => [between, trips, handshakes]);
    expect(counted('create task', 'warm')).toEqual([
      ['phone → edge', 1, 0],
      ['edge → ingress', 1, 0],
      ['ingress → api', 1, 0],
      ['api → postgres', 4, 0],
      ['api → redis', 2, 0],
    ]);
    expect(counted('create task', 'cold')?.toString()).toContain('phone → edge,3,2,edge → ingress,2,1');
    expect(counted('create task', 'cold')?.toString()).toContain('api → postgres,12,6');
    expect(counted('list tasks, cache miss', 'warm')?.toString()).toContain('api → postgres,1,0');
    expect(counted('list tasks, cache miss', 'cold')?.toString()).toContain('api → postgres,8,6');
    expect(counted('list tasks, cache hit', 'warm')?.toString()).not.toContain('postgres');
  });

  test('the cell of a terminal tells the dearest leg, and calls its delay assumed', async () => {
    const summary = await play();
    expect(summary.scenarios[0]?.plays[0]).toMatchObject({ pain: 'none' });
    expect(summary.scenarios[0]?.plays[0]?.saw).toMatch(/^create task 5\d\d ms: 4 trips to Neon at 95 ms \(assumed\)$/);
  });

  test('impossible only below light in vacuum, faster than straight fibre up to that, nothing above', async () => {
    const summary = await play();
    const flags = (summary.scenarios[0]?.plays[0]?.budget ?? []).flatMap(({ book }) =>
      book?.physics === undefined ? [] : [[book.text, book.physics]],
    );
    expect(flags).toEqual([
      ['20–60 ms', 'faster than straight fibre'],
      ['5–20 ms', 'impossible'],
      ['<10 ms', 'impossible'],
    ]);
  });

  test('a changed cell flips that statement and no other', async () => {
    const book = BOOK.replace('| api → Postgres (query) | 20–60 ms |', '| api → Postgres (query) | 350–400 ms |');
    expect(byName(await play({ book }))).toEqual({ ...EXPECTED, 'api-postgres-query': 'confirmed' });
  });

  test('5 ms to Neon makes the 20 to 60 ms right', async () => {
    const changed = byName(await play({ topology: neonAt(5) }));
    expect(changed).toMatchObject({ 'api-postgres-query': 'confirmed', 'api-postgres-one-query': 'confirmed' });
  });

  test('too few requests on a new connection prove nothing, and the number needed is said', async () => {
    const summary = await play({ rateRps: 10 });
    const cold = summary.scenarios[0]?.statements.find((one) => one.id.endsWith('/api-postgres-new-connection'));
    expect(cold?.verdict).toBe('inconclusive');
    expect(cold?.reason).toMatch(/^only \d requests came this way on a cold connection, 10 are needed$/);
  });
});
