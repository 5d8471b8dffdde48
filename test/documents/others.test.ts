/**
 * Two documents of other clusters, written when the parser was done, and what it makes of them. They are not there to be
 * got right: what is missed is told here too. A row about which nothing is sure must not be played.
 */
import { describe, expect, test } from 'vitest';
import apiPodOom from '../../scenarios/api-pod-oom.ts';
import corednsDown from '../../scenarios/coredns-down.ts';
import latencyBudget from '../../scenarios/latency-budget.ts';
import redisDown from '../../scenarios/redis-down.ts';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import { examined } from './examined.ts';

const played = [apiPodOom, corednsDown, latencyBudget, redisDown, rollingUpdate];
const rowsOf = (name: string): string[] =>
  examined(name, played).rows.map(
    ({ line, layer, scenario, variants, confidence }) =>
      `${line} ${layer}: ${scenario?.id ?? `not played, ${confidence}`}${variants === undefined ? '' : ` (${variants.join(', ')})`}`,
  );
/** A claim of which nothing was read has its line only. */
const readingsOf = (name: string): string[] =>
  examined(name, played).rows.flatMap((row) =>
    row.claims
      .filter((one) => one.about === 'sees')
      .map((one) => `${row.line} ${one.predicates.map((p) => p.measure).join(', ')}`),
  );
const figuresOf = (name: string): string[] =>
  examined(name, played).figures.map(
    ({ read, physics }) => `${read.written.line} ${read.written.text}: ${physics?.physics ?? 'no way read'}`,
  );

describe('bookshop.md', () => {
  test('has its tables of failures and of planned work read, and its table of owners left alone', () => {
    expect(rowsOf('bookshop')).toEqual([
      '16 Redis: primary dies: redis-down',
      '17 PostgreSQL: instance unreachable: not played, 0',
      '18 Kafka: a broker is lost: not played, 0',
      '19 nginx ingress: pod crashes: not played, 0',
      '20 CoreDNS: all replicas down: coredns-down',
      '21 Catalogue pods: out of memory: not played, 0',
      '22 Elasticsearch: cluster red: not played, 0',
      '28 Rolling update of the backend: rolling-update',
      '29 Upgrade of the control plane: not played, 0',
    ]);
    expect(examined('bookshop', played).notes).toEqual([]);
  });
  test('has its outcomes read, but not what becomes of connections that run', () => {
    expect(readingsOf('bookshop')).toEqual(['16 latency-added-p50, share-ok', '20 share-failed', '20 ', '28 share-ok']);
  });
  test('has its sentence read, its time-out left alone, and the ends of its ways in two columns', () => {
    expect(figuresOf('bookshop')).toEqual([
      '35 12 ms: possible',
      '36 9 ms: faster than straight fibre',
      '37 155 ms: possible',
      '39 25–30 ms: possible',
    ]);
  });
});

describe('clinic.md', () => {
  test('has its tables read, German titles, quotes and lists around them or not', () => {
    expect(rowsOf('clinic')).toEqual([
      '9 Redis down: redis-down',
      '10 Redis hangs: redis-down (hung)',
      '11 Postgres down: not played, 0',
      '12 DNS outage: not played, 0.75',
      '13 Strom weg: not played, 0',
      '19 api pod OOM: api-pod-oom',
      '20 api container ran out of memory: api-pod-oom',
      '21 cache lost: redis-down',
      '22 node3 lost its network: not played, 0',
    ]);
  });
  test('has its outcomes read', () => {
    expect(readingsOf('clinic')).toEqual([
      '9 latency-p95, share-ok',
      '10 share-failed',
      '19 share-status',
      '19 ',
      '20 share-failed, longest-spell',
      '21 jobs-lost, writes-lost',
    ]);
  });
  test('has its figures held against light', () => {
    expect(figuresOf('clinic')).toEqual([
      '26 ~110 ms: possible',
      '27 18 ms: possible',
      '28 12 ms: faster than straight fibre',
      '32 10–20 ms: possible',
      '33 15 ms: impossible',
      '34 120 ms: possible',
      '35 145–155 ms: faster than straight fibre',
    ]);
    expect(examined('clinic', played).sums.map(({ line, fits }) => [line, fits])).toEqual([[35, 'one way']]);
  });
});
