/** Counting: what a program's effects cost in round trips. */
import { describe, expect, it } from 'vitest';
import { dial, exchange, query, type Connection, type Program } from '../../sim/behaviour/effects.ts';
import { hopsOf, timing } from '../../sim/behaviour/http-message.ts';
import { phoneHop, Tally, TripCounter } from '../../sim/behaviour/tally.ts';
import { Script, Seen, type Reactions } from './script.ts';

function* once(protocol: 'http' | 'postgres' | 'redis'): Program<void> {
  const dialled = yield* dial(protocol, 'there', 1, 1_000);
  if (dialled.ok) yield* exchange(dialled.connection, 'question', 1_000);
}
const tallied = (program: Program<unknown>, reactions?: Reactions): Tally => {
  const script = new Script(reactions);
  script.run(program);
  return script.tally;
};

describe('tally', () => {
  it('counts what opened a connection as handshakes, and what was asked on it as trips', () => {
    expect(tallied(once('postgres')).postgres).toEqual({ trips: 2, handshakes: 1 });
    expect(tallied(once('redis'))).toMatchObject({
      redis: { trips: 2, handshakes: 1 },
      postgres: { trips: 0, handshakes: 0 },
    });
  });
  it('counts nothing for a dial that failed', () => {
    expect(tallied(once('http'), { dial: () => 'refused' }).http).toEqual({ trips: 0, handshakes: 0 });
  });
  it('counts an answer over HTTP as one trip, whatever else crosses the shared connection, and none without an answer', () => {
    const connection: Connection = { alive: true, speaks: 'http', trips: 2 };
    const shared = { ...connection, host: 'there', serverName: undefined };
    const ask = (reactions: Reactions): Tally => tallied(exchange(shared, 'question', 10), reactions);
    expect(ask({}).http).toEqual({ trips: 1, handshakes: 0 });
    expect(ask({ exchange: () => new Seen('reset') }).http).toEqual({ trips: 0, handshakes: 0 });
  });
  it('counts DNS questions, answered or not: a search list multiplies those that are not', () => {
    const ask = (seen: 'no-such-name' | 'servfail' | 'reply-silent' | 'refused'): number =>
      tallied(query('name', 10), { query: () => seen }).questions;
    expect([tallied(query('name', 10)).questions, ask('no-such-name'), ask('servfail')]).toEqual([1, 1, 1]);
    expect([ask('reply-silent'), ask('refused')]).toEqual([1, 1]);
  });
  it('an exchange that was never answered is no trip', () => {
    const tally = tallied(once('http'), { exchange: () => new Seen('reset') });
    expect(tally.http).toEqual({ trips: 1, handshakes: 1 });
  });
});

describe('round trips on a stream', () => {
  it('several packets out, several in, are one; what comes unasked is none', () => {
    const counter = new TripCounter();
    counter.received();
    counter.sent();
    counter.sent();
    counter.received();
    counter.received();
    expect(counter.trips).toBe(1);
    counter.sent();
    counter.received();
    expect(counter.trips).toBe(2);
  });
});

describe('what was counted, in Server-Timing', () => {
  it('comes back as it was told, and is absent where nobody counted', () => {
    const told = [
      timing('edge', 12.34, 'pop:dallas', { trips: 2, handshakes: 1 }),
      timing('api', 3, 'api-1', { questions: 4 }),
      timing('sql', 1),
    ].join(', ');
    expect(hopsOf(told)).toEqual([
      { part: 'edge', instance: 'pop:dallas', tookMs: 12.3, trips: 2, handshakes: 1 },
      { part: 'api', instance: 'api-1', tookMs: 3, questions: 4 },
      { part: 'sql', instance: '', tookMs: 1 },
    ]);
  });
  it('the phone is a hop too', () => {
    const tally = new Tally();
    tally.http.trips = 3;
    tally.http.handshakes = 2;
    expect(phoneHop(tally, 'user 1', 20)).toEqual({
      part: 'phone',
      instance: 'user 1',
      tookMs: 20,
      trips: 3,
      handshakes: 2,
      questions: 0,
    });
  });
});
