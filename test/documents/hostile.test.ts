/** Documents that were written to be misread: struck out, turned round, impossible, broken. Read rightly, told, or left unread. */
import { describe, expect, test } from 'vitest';
import apiPodOom from '../../scenarios/api-pod-oom.ts';
import corednsDown from '../../scenarios/coredns-down.ts';
import postgresDown from '../../scenarios/postgres-down.ts';
import redisDown from '../../scenarios/redis-down.ts';
import { readDuration } from '../../sim/documents/durations.ts';
import { examine } from '../../sim/documents/examine.ts';
import { readSentence } from '../../sim/documents/readings.ts';
import honeydue from '../../topology/honeydue.ts';
import { rowsOf } from './examined.ts';

const HEAD = '| Failure | Users see | Recovery |\n|---|---|---|\n';
const read = (markdown: string) =>
  examine(markdown, {
    file: 'book.md',
    topology: honeydue,
    topologyFile: 'topology/honeydue.ts',
    scenarios: [apiPodOom, corednsDown, postgresDown, redisDown],
    profile: 'physical',
  });
const shareOf = (sentence: string): string[] =>
  readSentence(sentence, 'sees').predicates.map(({ measure, min, max }) => `${measure} ${min ?? ''}..${max ?? ''}`);
const endOf = (sentence: string): (number | undefined)[] =>
  readSentence(sentence, 'recovers').predicates.map(({ max }) => max);

describe('a share that can not be', () => {
  test.each([
    '500 for 150 % of requests',
    '1/0 of requests fail',
    '5 of 4 requests fail',
    'between 20 % and 200 % of requests fail',
  ])('%s: not read', (sentence) => {
    expect(shareOf(sentence)).toEqual([]);
  });
  test.each([
    ['100 % of requests fail', ['share-failed 0.95..']],
    ['1 of 4 requests fail', ['share-failed 0.125..0.375']],
    ['a third of requests fail', [`share-failed ${1 / 6}..0.5`]],
  ])('%s can', (sentence, predicates) => {
    expect(shareOf(sentence)).toEqual(predicates);
  });
});

describe('a time that is turned round', () => {
  test('lasts to its longer end', () => {
    expect(endOf('automatic, 10-5 min')).toEqual([600_000]);
    expect(endOf('automatic, 5-10 min')).toEqual([600_000]);
    expect(readDuration('120–90 ms')).toMatchObject({ minMs: 90, maxMs: 120, lowMs: 85, highMs: 125 });
    expect(readDuration('1 s – 500 ms')).toMatchObject({ minMs: 500, maxMs: 1_000 });
  });
  test('before nought is none', () => {
    expect(endOf('automatic, -5 s')).toEqual([]);
    expect(endOf('-5 s')).toEqual([]);
  });
});

describe('what stands in a cell and is not meant', () => {
  test('what is struck out is withdrawn', () => {
    const table = `${HEAD}| api pod OOM | ~~502 for all~~ nobody notices | ~~by hand~~ automatic |\n`;
    expect(rowsOf(read(table))).toEqual(['3 api-pod-oom (share-ok 1..)']);
    expect(rowsOf(read(`${HEAD}| CoreDNS down | 500 | |\n| ~~Redis down~~ | 500 | automatic |\n`))).toHaveLength(1);
  });
  test('what nobody sees parts no word and no figure', () => {
    const table = `\ufeff${HEAD}| Re\u00addis\u200b down | every request returns 5\u200b0\u20600 | auto\u00admatic |\n`;
    expect(rowsOf(read(table.replaceAll('\n', '\r\n')))).toEqual(['3 redis-down (share-status 500 listTasks 0.95..)']);
  });
});

describe('what was passed over is told', () => {
  const ROW = '| Redis down | 500 | automatic |\n';
  test.each([
    [
      'a row of dashes with too many cells',
      `${HEAD.replace('|---|---|---|', '|---|---|---|---|')}${ROW}`,
      'line 1 a row of titles',
    ],
    ['in a quote', `> | Failure | Users see |\n> |---|\n> ${ROW}`, 'line 1 a row of titles'],
    ['a row that says no outcome', `${HEAD}${ROW}| Postgres down\n`, 'line 4 it says what fails'],
    ['a table in HTML', '<table><tr><td>Redis down</td></tr></table>\n', 'a table in HTML was not read'],
  ])('%s', (_what, markdown, note) => {
    expect(read(markdown).notes.join()).toContain(note);
  });
  test.each([
    ['a sound table', `${HEAD}${ROW}`],
    ['one in a fence', `\`\`\`\n| a | b |\n|---|\n\`\`\`\n`],
    ['a rule below text', 'a | b\n\n---\n'],
    ['pipes that are escaped', `| Failure | Users \\| see | Recovery |\n|---|---|---|\n${ROW}`],
  ])('and nothing is of %s', (_what, markdown) => {
    expect(read(markdown).notes).toEqual([]);
  });
});
