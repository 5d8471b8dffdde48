/** That users are led away from what is dead, in many people's words: read of whoever comes later, or not at all. */
import { describe, expect, test } from 'vitest';
import { readSentence } from '../../sim/documents/readings.ts';
import honeydue from '../../topology/honeydue.ts';

const read = (sentence: string): string[] =>
  readSentence(sentence, 'sees', undefined, honeydue.journeys).predicates.map(
    ({ measure, where, min = '', max = '' }) =>
      `${measure}${where?.afterMs === undefined ? '' : ` after ${where.afterMs / 1_000} s`} ${min}..${max}`,
  );
const LED = 'share-led-away after 10 s 0.99..';

describe('users are led away', () => {
  test.each([
    'CF routes away',
    'Cloudflare routes away from the node',
    'CF routes to other nodes',
    'Cloudflare routes to the other two nodes',
    'the edge routes around it',
    'Cloudflare routes around the dead node',
    'requests are routed elsewhere',
    'all traffic is rerouted to the remaining nodes',
    'traffic shifts to the others',
    'traffic flows to the surviving node',
    'users are sent to another POP',
    'Cloudflare picks another IP',
    'CF picks another origin',
    'the load balancer takes it out of rotation',
    'The ALB removes the instance from the pool',
    'HAProxy drops the backend from the pool',
    'the node is taken out of rotation',
    'nginx stops sending traffic to it',
    'Cloudflare weicht auf einen anderen Knoten aus',
    'Cloudflare desvía el tráfico a los otros nodos',
  ])('%s', (sentence) => {
    expect(read(sentence)).toEqual([LED]);
  });
  test.each([
    ['CF routes away within 60 s', 'share-led-away after 60 s 0.99..'],
    ['the load balancer takes it out of rotation after 2 minutes', 'share-led-away after 120 s 0.99..'],
  ])('in the time it names: %s', (sentence, predicate) => {
    expect(read(sentence)).toEqual([predicate]);
  });
  test('the time it names is read, and not told as unread', () => {
    const { unread } = readSentence('The ALB takes it out of rotation within 30 s', 'sees');
    expect(unread).toEqual(['alb']);
  });
  test('beside what becomes of others, both are read', () => {
    expect(read('Some requests time out (CF routes away)')).toEqual(['share-failed 0.000001..0.95', LED]);
    expect(read('Slow, CF routes to another POP')).toEqual(['latency-p95 ..3000', LED]);
  });
});

describe('not sure, or somebody else: not read', () => {
  test.each([
    'CF does not route away',
    'Cloudflare never routes around it',
    'CF cannot route to other nodes',
    'some requests are routed to other nodes',
    'half of the traffic shifts to the others',
    'CF may route away',
    'CF routes away after a few minutes',
    'we take it out of rotation by hand',
    'backups are routed to another node',
    'pods move to another node',
    'Redis moves to the other node',
    'Cloudflare tries another node',
    'the primary switches to the replica',
    'routes are withdrawn',
  ])('%s', (sentence) => {
    expect(read(sentence).filter((one) => one.startsWith('share-led-away'))).toEqual([]);
  });
  test('what fails until then is not told as led away', () => {
    expect(read('requests fail until CF routes away')).toEqual([]);
  });
});
