/** Distances and floors (facts 4.4), and the legs that a topology has. */
import { describe, expect, test } from 'vitest';
import honeydue from '../../topology/honeydue.ts';
import { floorsMs, greatCircleKm, legsOf } from '../../topology/legs.ts';

const site = (latitude: number, longitude: number) => ({ latitude, longitude, source: 'a town' });
const AUSTIN = site(30.27, -97.74);
const DALLAS = site(32.78, -96.8);
const NUREMBERG = site(49.45, 11.08);
const ASHBURN = site(39.04, -77.49);

describe('great circles and the time light needs', () => {
  test.each([
    ['Austin–Dallas', AUSTIN, DALLAS, 293, 2.9],
    ['Dallas–Nuremberg', DALLAS, NUREMBERG, 8440, 84.4],
    ['Nuremberg–Ashburn', NUREMBERG, ASHBURN, 6736, 67.4],
  ])('%s: %d km apart, straight fibre there and back (facts 4.4)', (_name, a, b, km, fibre) => {
    expect(Math.abs(greatCircleKm(a, b) - km)).toBeLessThan(km * 0.02);
    expect(Math.abs(floorsMs(greatCircleKm(a, b)).fibre - fibre)).toBeLessThan(fibre * 0.02);
  });
  test('London–New York: 55.7 ms in straight fibre; Frankfurt–Singapore: 68.4 ms in vacuum', () => {
    const londonNewYork = greatCircleKm(site(51.51, -0.13), site(40.71, -74.01));
    const frankfurtSingapore = greatCircleKm(site(50.11, 8.68), site(1.35, 103.82));
    expect(floorsMs(londonNewYork).fibre).toBeCloseTo(55.7, 1);
    expect(floorsMs(frankfurtSingapore).vacuum).toBeCloseTo(68.4, 0);
  });
  test('antipodes are half the way round, a place is no way from itself', () => {
    expect(greatCircleKm(site(0, 0), site(0, 180))).toBeCloseTo(Math.PI * 6_371, 6);
    expect(greatCircleKm(DALLAS, DALLAS)).toBe(0);
  });
});

test('honeyDue: from the phone inwards, each leg with its assumed round trip and where that comes from', () => {
  const legs = legsOf(honeydue, 'physical');
  expect(legs.map(({ from, to, rttMs }) => [from, to, rttMs])).toEqual([
    ['phone', 'edge', 8],
    ['edge', 'ingress', 120],
    ['ingress', 'api', 0.6],
    ['api', 'postgres', 95],
    ['api', 'redis', 0.6],
  ]);
  expect(legs.every((leg) => leg.source.length > 2)).toBe(true);
  expect(legs.filter((leg) => leg.km > 0).map((leg) => leg.to)).toEqual(['edge', 'ingress', 'postgres']);
});
