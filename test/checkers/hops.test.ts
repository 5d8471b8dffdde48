import { describe, expect, test } from 'vitest';
import { quantileOf, wayOf } from '../../sim/checkers/hops.ts';
import type { Hop, Outcome } from '../../sim/runtimes/contract.ts';
import { request } from './entries.ts';

const hop = (part: string, instance: string): Hop => ({ part, instance, tookMs: 1 });
/** A list of this user, by this node and pod. */
function by(user: number, node: string, pod: string): Outcome {
  const connect = user % 2 === 0 ? [hop('connect', 'api.myhoneydue.com')] : [];
  const hops = [
    hop('phone', `user ${user}`),
    ...connect,
    hop('edge', 'pop:dallas'),
    hop('ingress', node),
    hop('api', pod),
  ];
  const entry = request(`r${user}`, 0, { user, hops });
  if (entry.kind !== 'request') throw new Error('not a request');
  return entry.outcome;
}

describe('the way of a request', () => {
  test('is POP, node and pod, whoever asked', () => {
    expect(wayOf(by(1, 'node:a', 'api-1'))).toBe('pop:dallas > node:a > api-1');
    expect(wayOf(by(2, 'node:a', 'api-1'))).toBe(wayOf(by(1, 'node:a', 'api-1')));
    expect(wayOf(by(1, 'node:a', 'api-2'))).not.toBe(wayOf(by(1, 'node:a', 'api-1')));
  });

  test('decides how well a median is known: half of the ways slow is not half of the requests slow', () => {
    const times = (wayOfNth: (n: number) => string) =>
      Array.from({ length: 200 }, (_, n) => ({
        value: n % 2 === 0 ? 136 + n / 100 : 466 + n / 100,
        group: wayOfNth(n),
      }));
    const oneWay = quantileOf(
      times(() => 'a'),
      0.5,
    );
    const fourWays = quantileOf(
      times((n) => `${n % 4}`),
      0.5,
    );
    expect(oneWay?.ms).toBe(fourWays?.ms);
    expect(oneWay?.interval95?.low).toBeGreaterThan(137);
    // Of four ways two are slow: which of both a fifth would be nobody knows.
    expect(fourWays?.interval95 === undefined || fourWays.interval95.low < 137).toBe(true);
  });

  test('of nothing there is no median', () => {
    expect(quantileOf([], 0.5)).toBeUndefined();
  });
});
