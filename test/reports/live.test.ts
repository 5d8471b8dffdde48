import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { width } from '../../reports/cells.ts';
import { createLive } from '../../reports/live.ts';
import { Progress } from '../../reports/progress.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { redisRun } from './fixtures.ts';
import { FakeStream } from './stream.ts';

const { entries } = redisRun();
const hungUntil = (atMs: number): Entry[] =>
  entries.filter(
    (one) =>
      one.kind === 'run' ||
      ('play' in one && one.play === 'redis-down/hung' && (one.kind === 'play' || one.atMs <= atMs)),
  );
const played = (isTTY: boolean, list: readonly Entry[], columns = 120): FakeStream => {
  const stream = new FakeStream(isTTY, columns);
  let nowMs = 0;
  const live = createLive({ stream, planned: 4, nowMs: () => (nowMs += 1_000) });
  for (const entry of list) live.entry(entry);
  live.end();
  return stream;
};

describe('reports: live view', () => {
  it.each([40, 60, 200])('draws no line that wraps, on a terminal of %i columns', (columns) => {
    const drawn = played(true, entries, columns).text.split('\r\u001B[K');
    const last = drawn.map((line) => stripVTControlCharacters(line.split('\n').at(-1) ?? ''));
    expect(Math.max(...last.map(width))).toBeLessThan(columns);
  });
  it('on a terminal that has no size it draws as on a usual one', () => {
    expect(played(true, entries, 0).text).toBe(played(true, entries, 80).text);
  });
  it('tells cluster, real parts, stand-ins and users once, when a first write went through', () => {
    const lines = played(false, entries).text.split('\n');
    expect(lines[0]).toMatch(/^redis-down dead {2}▮▯▯▯ caches warm up$/);
    expect(lines.slice(1, 4)).toEqual([
      expect.stringMatching(
        /^cluster {4}3 nodes, 12 pods Ready in 1\.6 s; a phone did "create task": 201 in 5\d\d ms$/,
      ),
      'real       Postgres 18.4, Redis 7.0    stand-ins  ingress, resolver, kube-proxy, toxiproxy, Cloudflare, api, worker',
      'users      20 requests/s; whatever a user waits for runs in real time, idle waits (node.eviction 300 s) up to 20x faster',
    ]);
    expect(lines.filter((line) => line.startsWith('cluster'))).toHaveLength(1);
  });
  it('says what the own api keeps when it is up, each thing that it does not once, and how users fared before the fault', () => {
    const own = (entry: Entry): Entry[] => {
      if (entry.kind === 'play') return [{ ...entry, parts: [{ role: 'api', kind: 'own-app', version: 'mine' }] }];
      const clauses = [
        { clause: 'REDIS_URL', kept: true, saw: 'REDIS_URL is read' },
        { clause: 'X-Cache', kept: false, saw: 'the api sends no X-Cache header' },
      ] as const;
      return entry.kind === 'ready' ? [entry, { kind: 'contract', play: entry.play, atMs: 0, clauses }] : [entry];
    };
    const lines = played(false, entries.flatMap(own)).text.split('\n');
    const told = lines.filter((line) => line.startsWith('your api') || line.includes('X-Cache'));
    expect(told).toEqual([
      'your api   mine: port, health path, REDIS_URL ok',
      '           the api sends no X-Cache header: what is said about its cache can not be proven (send it: docs/own-api.md#cache)',
      expect.stringMatching(/^your api {3}mine: .*\d+ of \d+ list tasks ok/),
    ]);
    expect(played(false, entries).text).not.toContain('your api');
  });
  it('without a terminal prints a line at each change of phase, with the count of the phase before', () => {
    const lines = played(false, entries)
      .text.split('\n')
      .filter((line) => line.startsWith('redis-down hung'));
    expect(lines.map((line) => line.slice(17, 21))).toEqual(['▮▯▯▯', '▮▮▯▯', '▮▮▮▯', '▮▮▮▮', '✔ 49']);
    expect(lines[2]).toMatch(/Redis is hung \(steady state: list tasks: (\d+) of \1 in time\)$/);
    expect(lines[3]).toMatch(/\(Redis is hung: list tasks: 0 of [\d,]+ in time\)$/);
  });
  it('counts only requests that were due in the fault and have ended: none is claimed before the first answer', () => {
    const progress = new Progress(2);
    for (const entry of hungUntil(14_100)) progress.add(entry);
    expect(progress.pieces()).toEqual(['▮▮▮▯ redis-down hung  Redis is hung: list tasks: none ended yet', '1 more']);
    for (const entry of hungUntil(27_500).filter((one) => one.kind === 'request')) progress.add(entry);
    expect(progress.pieces()[0]).toMatch(/Redis is hung: list tasks: 0 of \d+ in time so far$/);
  });
  it.each([80, 120])('redraws one line in place, never wider than a terminal of %i columns', (columns) => {
    const { text } = played(true, entries, columns);
    const drawn = text.split('\r\u001B[K').map((part) => stripVTControlCharacters(part).replace(/\n$/, ''));
    for (const line of drawn.filter((one) => one.startsWith(' '))) expect(width(line)).toBeLessThan(columns);
    expect(text.endsWith('\n')).toBe(true);
  });
  it('draws at most ten times a second however many requests end', () => {
    const stream = new FakeStream(true, 120);
    const live = createLive({ stream, planned: 1, nowMs: () => 0 });
    for (const entry of entries) live.entry(entry);
    expect(stream.text.split('\u001B[K').length).toBeLessThan(25);
  });
  it('says when the twin itself stood still, and when a play broke off', () => {
    const stall: Entry = { kind: 'stall', atMs: 15_000, play: 'redis-down/hung', stalledMs: 10_000 };
    const broken: Entry = {
      kind: 'play-end',
      atMs: 15_000,
      play: 'redis-down/hung',
      error: 'pod "api-1" not\u001B[2J ready',
    };
    const { text } = played(false, [...hungUntil(15_000), stall, broken]);
    expect(text).toContain('the twin itself stood still for 10 s');
    expect(text).toContain('✘ pod "api-1" not ready');
  });
});
