/**
 * Two more documents of other clusters: a runbook, and a wiki in Spanish and German. What a reader would expect of each row
 * was written down before the parser had seen them. It read none of the wiki's rows and of the runbook's; what it lacked was
 * mended where it had the same cause in any document.
 */
import { describe, expect, test } from 'vitest';
import { SOME_SHARE } from '../../sim/scenario/phrases.ts';
import { examined, figuresOf, missed, rowsOf } from './examined.ts';

describe('tickets-runbook.md', () => {
  const document = examined('tickets-runbook');
  test('has its alerts read, and its sections, and nothing else', () => {
    const expected = [
      '16 redis-down hung (share-failed listTasks 0.95..)',
      `17 api-pod-oom (share-status 502 ${SOME_SHARE}..0.95, longest-spell 502 ..5000)`,
      '18 not played',
      `19 node-network-dead (share-failed ${1 / 6}..0.5)`,
      '20 traefik-down one-node (share-ok 1..)',
      '21 not played',
      '22 rolling-update (share-ok 1..)',
      '26 redis-down (share-ok listTasks 0.99.., latency-p95 listTasks ..3000)',
      '36 postgres-down (share-status 500 createTask 0.95..)',
    ];
    expect(missed(expected, rowsOf(document))).toEqual([]);
  });
  test('has its figures read, its time-outs left alone', () => {
    const expected = [
      '62 9 ms: possible',
      '62 14 ms: possible',
      '63 0.4 ms: api-redis',
      '63 1.2 ms: api-redis',
      '64 40 ms: impossible',
      '64 95 ms: possible',
    ];
    expect(missed(expected, figuresOf(document))).toEqual([]);
  });
});

describe('naranja-wiki.md', () => {
  const document = examined('naranja-wiki');
  test('has its tables in Spanish and in German read, and nothing else', () => {
    const expected = [
      '9 redis-down (share-ok listTasks 0.99.., latency-p95 listTasks ..3000)',
      '10 redis-down hung (share-failed listTasks 0.5..)',
      '11 postgres-down (share-status 500 createTask 0.95..)',
      '12 coredns-down (share-ok 1..)',
      `13 api-pod-oom (share-status 502 ${SOME_SHARE}..0.95)`,
      '14 not played',
      '20 ufw-blocks-80 deny-all reject-all (share-status 521 0.95..)',
      '21 traefik-down one-node (share-ok 1..)',
      '22 postgres-down hung (share-failed createTask 0.95..)',
      '23 redis-down (share-ok listTasks 0.99.., latency-p95 listTasks ..3000)',
      '24 b2-down (share-failed uploadPhoto 0.5..)',
    ];
    expect(missed(expected, rowsOf(document))).toEqual([]);
  });
  test('has its figures held against light', () => {
    const expected = ['44 31 ms: possible', '45 92 ms: possible', '46 55 ms: impossible', '47 0,4 ms: api-redis'];
    expect(missed(expected, figuresOf(document))).toEqual([]);
  });
});
