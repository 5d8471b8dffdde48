/** The reference cluster: sound, sourced, and as the book has it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFigures } from '../../sim/documents/figures.ts';
import honeydue from '../../topology/honeydue.ts';
import { latencyBetween, placesOf } from '../../topology/load.ts';
import { TIMERS } from '../../topology/timers.ts';

/** Every object of the topology that bears a number of its own, with its path. */
function numbered(value: unknown, path: string): { path: string; entry: Record<string, unknown> }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const entry = value as Record<string, unknown>;
  const own = Object.values(entry).some((one) => typeof one === 'number');
  return [
    ...(own ? [{ path, entry }] : []),
    ...Object.entries(entry)
      .filter(([key]) => key !== 'settings')
      .flatMap(([key, one]) => numbered(one, `${path}.${key}`)),
  ];
}

describe('honeydue', () => {
  test('every number stands beside its source', () => {
    const entries = numbered(honeydue, 'honeydue');
    expect(entries.length).toBeGreaterThan(20);
    expect(entries.filter(({ entry }) => typeof entry['source'] !== 'string').map(({ path }) => path)).toEqual([]);
  });
  test('what the book is silent about is marked as assumed', () => {
    const { redis, api, worker } = honeydue.workloads;
    for (const source of [api?.probes.readiness?.source, redis?.probes.liveness?.source, api?.source, worker?.source])
      expect(source).toContain('assumed');
  });
  test('three nodes, one of them the server; three api pods; Redis on node 2', () => {
    expect(placesOf(honeydue, 'node')).toHaveLength(3);
    expect(placesOf(honeydue, 'node')).toContain(honeydue.server);
    expect(honeydue.workloads['api']?.replicas).toBe(3);
    expect(honeydue.workloads['redis']?.placement).toBe('node:hetzner2');
  });
  test('Traefik is probed and ended as its chart says (facts 2.3; traefik-helm-chart values.yaml)', () => {
    const common = { ask: 'http', path: '/ping', port: 80, initialDelayMs: 2_000, periodMs: 10_000, timeoutMs: 2_000 };
    expect(honeydue.workloads['traefik']).toMatchObject({
      graceMs: 60_000,
      probes: { readiness: { ...common, failureThreshold: 1 }, liveness: { ...common, failureThreshold: 3 } },
    });
  });
  test.each(['physical', 'documented'])('every link has a latency under profile %s', (profile) => {
    for (const link of Object.values(honeydue.links)) expect(link.profiles).toHaveProperty(profile);
    expect(latencyBetween(honeydue, 'pop:dallas', 'node:hetzner1', profile).rttMs).toBeGreaterThan(0);
  });
  test('physical latencies stay above the floor of straight fibre: Dallas 84.4 ms, Neon 67.4 ms (facts 4.4)', () => {
    expect(latencyBetween(honeydue, 'pop:dallas', 'node:hetzner1', 'physical').rttMs).toBeGreaterThan(84.4);
    expect(latencyBetween(honeydue, 'node:hetzner2', 'external:neon', 'physical').rttMs).toBeGreaterThan(67.4);
  });
  test('its document holds the rows of the failures that are played, and twelve figures', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'topology', honeydue.document ?? ''), 'utf8');
    for (const layer of [
      'CoreDNS down',
      'api pod OOM',
      'Postgres down',
      'Redis down',
      'Worker killed',
      'Migrate job fails during the deploy',
    ])
      expect(text).toContain(`| ${layer} |`);
    expect(readFigures(text).map(({ text }) => text)).toEqual([
      '5–15 ms',
      '90–120 ms',
      '<1 ms',
      '1–3 ms',
      '1–3 ms',
      '20–60 ms',
      '<1 ms',
      '1–5 ms',
      '220–310 ms',
      '5–20 ms',
      '<10 ms',
      '~80 ms',
    ]);
  });
});

describe('timers', () => {
  test.each(Object.entries(TIMERS))('%s has an owner, a source and a kind', (_name, { ms, kind, owner, source }) => {
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(['user', 'idle']).toContain(kind);
    expect(owner).not.toBe('');
    expect(source.length).toBeGreaterThan(10);
  });
  test('what a request can wait in or race with is user time', () => {
    const racing = Object.entries(TIMERS).filter(([name]) =>
      /^(phone|edge|ingress|redis|sql|probe|endpoints)\./.test(name),
    );
    expect(racing.length).toBeGreaterThan(12);
    expect(racing.filter(([, { kind }]) => kind !== 'user')).toEqual([]);
  });
});
