/** A row of which a part was not read is not plainly right: that part is a claim of its own, which nobody can judge. */
import { expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import { concludeCheck } from '../../sim/documents/conclude.ts';
import { claimsFor } from '../../sim/documents/failure-table.ts';
import { examine } from '../../sim/documents/examine.ts';
import { readSentence } from '../../sim/documents/readings.ts';
import { unreadParts } from '../../sim/documents/unread-parts.ts';
import { totalsOf } from '../../sim/scenario/checked.ts';
import honeydue from '../../topology/honeydue.ts';

const partsOf = (sentence: string): string[] =>
  unreadParts(sentence, readSentence(sentence, 'sees', 'listTasks', honeydue.journeys));

test.each([
  ['Nobody notices; Labels are late', ['Labels are late']],
  ['Every write gives 500, and phones land in Hamburg', ['and phones land in Hamburg']],
  ['502 for a few seconds, phones in Hamburg', ['phones in Hamburg']],
  ['Some clients get 500, others OK', ['others OK']],
  ['500 for all; sessions go for good, for a full day', ['sessions go for good', 'for a full day']],
])('"%s" has parts of which nothing was read', (sentence, parts) => {
  expect(partsOf(sentence)).toEqual(parts);
});
test.each([
  'api serves without cache (degraded)',
  'Uploads fail, existing content served if cached',
  "Every request 2 s slower (that's the client timeout), no errors",
  'none (a few 499 in our logs)',
  'It works, for UFW lets anybody in on port 80',
  '500 on every request (AOF)',
  'something nobody can read; at all',
])('"%s" has none: read, an aside, a reason, or not read as a whole', (sentence) => {
  expect(partsOf(sentence)).toEqual([]);
});

const book = (first: string, second = ''): string =>
  `| Layer fails | User sees | Recovery |\n|---|---|---|\n| Redis down | ${first} | Restart Redis |\n${second}`;
const claims = (markdown: string) => claimsFor(markdown, 'book.md', redisDown, honeydue);

test('it has an id of its own, and takes none from another row', () => {
  const second = '| Redis dies | nobody notices; mails are late | |\n';
  expect(claims(book('nobody notices; labels are late', second)).map(({ name, about }) => name ?? about)).toEqual([
    'sees',
    'sees-unread',
    'recovers',
    'sees-2',
    'sees-unread-2',
  ]);
});
test('its row is not judged as a whole, though what was read of it is right', () => {
  const markdown = book('nobody notices; labels are late');
  const options = {
    file: 'book.md',
    topology: honeydue,
    topologyFile: 't',
    scenarios: [redisDown],
    profile: 'physical',
  };
  const right = claims(markdown).map((claim) => ({
    ...{ id: '', about: claim.about, source: claim.source, sentence: claim.source.text, variant: 'dead', judged: true },
    ...{ verdict: claim.predicates.length > 0 ? 'confirmed' : 'inconclusive', reason: 'seen' },
  }));
  const scenarios = [{ id: 'redis-down', statements: right, plays: [] }];
  const checked = concludeCheck(examine(markdown, options), options, { scenarios } as unknown as Parameters<
    typeof concludeCheck
  >[2]);
  expect(checked.rows[0]?.sentences.map(({ sentence, verdict }) => [sentence, verdict])).toEqual([
    ['nobody notices; labels are late', 'confirmed'],
    ['labels are late', 'not-judged'],
    ['Restart Redis', 'confirmed'],
  ]);
  expect(checked.rows[0]?.verdict).toBe('not-judged');
  expect(totalsOf(checked)).toMatchObject({ right: 2, notJudged: 1 });
});
