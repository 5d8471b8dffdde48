/** migration-fails on the model: the gate keeps the new pods out, and the old ones meet half of the new schema. */
import { describe, expect, test } from 'vitest';
import migrationFails from '../../scenarios/migration-fails.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import { journalOf, summaryOf, verdictsOf } from './play.ts';

const variant = migrationFails.variants['half-applied']!;

describe('model: migration-fails', () => {
  test('new tasks get 500 and nothing of them stays; cached lists are served; all is well once it is mended', async () => {
    const entries = (await journalOf({ scenario: migrationFails })).filter((one): one is PlayedEntry => 'play' in one);
    const at = (state: string): number =>
      entries.find((one) => one.kind === 'fault' && one.state === state)?.atMs ?? Number.NaN;
    const due = entries.flatMap((one) => (one.kind === 'request' ? [one.outcome] : []));
    const broken = due.filter((one) => one.atMs >= at('applied') && one.atMs < at('healed') - 1_000);
    const created = broken.filter((one) => one.journey === 'createTask');
    expect([...new Set(created.map((one) => one.status))]).toEqual([500]);
    const lists = broken.filter((one) => one.journey === 'listTasks');
    expect(lists.every((one) => (one.status === 200) === (one.evidence.headers['x-cache'] === 'HIT'))).toBe(true);
    expect(due.filter((one) => one.atMs > at('healed') + 1_000).every((one) => one.end === 'ok')).toBe(true);
  });
  test('no write is lost, doubled or a phantom', async () => {
    const [play] = (await summaryOf({ scenario: migrationFails })).scenarios.flatMap((one) => one.plays);
    const { lostWrites, doubledWrites, phantomWrites } = play!.ledger;
    expect([lostWrites, doubledWrites, phantomWrites]).toEqual([[], [], []]);
  });
  test('the new pods are kept out by the version alone: its record says "not applied" (goose migrate.go)', async () => {
    const pods = (await journalOf({ scenario: migrationFails })).filter((one) => one.kind === 'pod');
    const fresh = pods.filter((one) => one.workload === 'api' && one.pod === 'api-4');
    expect(fresh.map((one) => one.event)).toContain('Exited');
    expect(fresh.map((one) => one.event)).not.toContain('Ready');
  });
  test('without the half migration the old pods keep serving, as the book says', async () => {
    const steps = variant.steps.map((step) => ({
      ...step,
      do: step.do.filter((one) => !('fault' in one) && !('heal' in one)),
    }));
    const scenario = { ...migrationFails, variants: { 'half-applied': { ...variant, steps } } };
    // That new pods refuse to start is no outcome for users.
    const unread = { 'migration-fails/half-applied/sees-unread': 'inconclusive' };
    expect(verdictsOf(await summaryOf({ scenario }))).toEqual({
      'migration-fails/half-applied/sees': 'confirmed',
      ...unread,
    });
    expect(verdictsOf(await summaryOf({ scenario: migrationFails }))).toEqual({
      'migration-fails/half-applied/sees': 'refuted',
      ...unread,
    });
  });
});
