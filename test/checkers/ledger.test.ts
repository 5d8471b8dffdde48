/** The ledger on journals written by hand: good, lost, doubled, phantom, unknown, empty. */
import { describe, expect, test } from 'vitest';
import { ledgerOf } from '../../sim/checkers/ledger.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import { readback, request, steps, unanswered } from './entries.ts';

const journeys = { list: { writes: false, enqueues: false }, create: { writes: true, enqueues: true } };
const create = (id: string, change: Partial<Outcome> = {}): PlayedEntry =>
  request(id, 0, { journey: 'create', status: 201, ...change });
const failed = (id: string): PlayedEntry => create(id, { end: 'fail', status: 500 });
const unknown = (id: string): PlayedEntry =>
  unanswered(id, 0, { journey: 'create', end: 'unknown', error: 'client-timeout' });

describe('ledger', () => {
  test('good: each acknowledged write is there once, each job ran once', () => {
    expect(
      ledgerOf([create('a'), create('b'), request('c', 0), readback({ a: 1, b: 1 }, { a: 1, b: 1 })], journeys),
    ).toEqual({
      acknowledgedWrites: 2,
      foundWrites: 2,
      lostWrites: [],
      doubledWrites: [],
      phantomWrites: [],
      unknownWrites: 0,
      unknownWritesFound: 0,
      acceptedJobs: 2,
      jobsSeen: true,
      lostJobs: [],
      doubledJobs: [],
      phantomJobs: [],
    });
  });
  test('lost: acknowledged and not there', () => {
    const ledger = ledgerOf([create('a'), create('b'), readback({ b: 1 }, { a: 1 })], journeys);
    expect(ledger).toMatchObject({ foundWrites: 1, lostWrites: ['a'], lostJobs: ['b'] });
  });
  test('doubled: there twice, whatever the request was told', () => {
    const ledger = ledgerOf([create('a'), unknown('b'), readback({ a: 2, b: 2 }, { a: 3 })], journeys);
    expect(ledger).toMatchObject({ doubledWrites: ['a', 'b'], doubledJobs: ['a'], lostWrites: [] });
  });
  test('phantom: there though it certainly failed', () => {
    const ledger = ledgerOf([failed('a'), failed('b'), readback({ a: 1 }, { b: 1 })], journeys);
    expect(ledger).toMatchObject({ phantomWrites: ['a'], phantomJobs: ['b'], acknowledgedWrites: 0 });
  });
  test('unknown: counted, found or not, and never blamed', () => {
    const ledger = ledgerOf([unknown('a'), unknown('b'), readback({ a: 1 })], journeys);
    expect(ledger).toMatchObject({ unknownWrites: 2, unknownWritesFound: 1, lostWrites: [], phantomWrites: [] });
  });
  test('a write that was done but answered with a wrong body is no phantom', () => {
    expect(
      ledgerOf([create('a', { end: 'fail', error: 'wrong-body' }), readback({ a: 1 })], journeys).phantomWrites,
    ).toEqual([]);
  });
  test('jobs of which none ran before the fault are not looked for: this app may not use the queue', () => {
    const late = request('b', 1_100, { journey: 'create' });
    const told = (jobs: Record<string, number>) =>
      ledgerOf([...steps(), create('a'), late, readback({ a: 1, b: 1 }, jobs)], journeys);
    expect(told({})).toMatchObject({ acceptedJobs: 2, jobsSeen: false, lostJobs: [] });
    expect(told({ b: 1 })).toMatchObject({ jobsSeen: false, lostJobs: [] });
    expect(told({ a: 1 })).toMatchObject({ jobsSeen: true, lostJobs: ['b'] });
  });
  test('writes of which none is found are not called lost: this app may keep them elsewhere', () => {
    expect(ledgerOf([create('a'), create('b'), readback({})], journeys)).toMatchObject({
      foundWrites: 0,
      lostWrites: [],
    });
  });
  test('empty: nothing is lost where nothing was written', () => {
    expect(ledgerOf([], journeys)).toMatchObject({ acknowledgedWrites: 0, lostWrites: [], lostJobs: [] });
  });
  test('never read back: then nothing is called lost', () => {
    expect(ledgerOf([create('a')], journeys)).toMatchObject({ acknowledgedWrites: 1, lostWrites: [], lostJobs: [] });
  });
});
