/**
 * Sentences that were read as something else, often as their opposite, found by somebody who tried to mislead the reader. A
 * sentence left unread costs an answer; a misread one accuses who is right. Each is read rightly now, or not at all.
 */
import { describe, expect, test } from 'vitest';
import { readSentence } from '../../sim/documents/readings.ts';
import honeydue from '../../topology/honeydue.ts';

const read = (sentence: string, about: 'sees' | 'recovers' = 'sees') =>
  readSentence(sentence, about, 'listTasks', honeydue.journeys).predicates.map(
    ({ measure, where, min, max }) =>
      `${[measure, where?.status].filter((one) => one !== undefined).join(' ')} ${min ?? ''}..${max ?? ''}`,
  );

describe('what users see is not read', () => {
  test.each([
    'No healthy backend: 503',
    'Site unreachable (NXDOMAIN/SERVFAIL) unless the resolver has it cached',
    'In-flight requests on that pod get a 502; clients retry. Everyone else is unaffected',
    'No impact while pooled connections last; new connections fail',
    'reads are not affected as long as the list is cached',
    'About 90 % of requests succeed',
    'No database means 500 for everyone',
    '502 with no body',
    'No pod left: all requests fail',
    'With no cache every request fails',
    'Requests fail with no error page',
    'Everything but uploads works',
    'Everything except uploads is fine',
    'todo funciona salvo las subidas',
    'no errors except on uploads',
    'All journeys except uploads fail',
    'Everything fails except lists',
    'Half of requests succeed',
    'Only 50 % of requests succeed',
    'Some requests succeed',
    'Few requests work',
    'Hardly any request works',
    'only 10 % of users are not affected',
    '90 % of requests are unaffected',
    'Two of three users see no errors',
    'Users cannot tell the difference',
    'New pods cannot start',
    'Cannot deploy',
    "New pods can't be scheduled, running ones keep serving",
    'Works unless both replicas die',
    'No impact if Redis is down too',
    'Almost no requests fail',
    'Almost nobody notices',
    'Would fail without the retry',
    'May return 502',
    'Requests rarely fail',
    '502 rarely',
    'kaum Fehler',
    'solo funcionan las lecturas',
    'error rate rises from 0.1 % to 5 %',
    'Fails when the disk is 90 % full',
    'Anmeldung schlägt fehl',
    'Fehler bei jeder dritten Anfrage',
    'una de cada tres peticiones falla',
    'une requête sur trois échoue',
    'A few 502s, then 503 for everyone',
    'some requests fail at first, then all fail',
    '502 then 504',
    'All requests hang, then 502',
    'Very slow, up to 30 s per request',
    'Slow (10 s)',
    'slow, p95 of 8 s',
    '50 % slower',
    'lists 5 min slower',
    '2-5 s slower',
    'less than 5 ms slower',
    'at most 5 s slower',
    'lists 1,500 ms slower',
    '10 % of requests are 200 ms slower',
    'some requests 200 ms slower',
    '500–800 ms slower',
    'between 500 and 800 ms slower',
    'p95 rises from 400 to 900 ms',
    'port 443 refused',
    '500 active users see nothing',
    '500 MB of cache lost',
    '500 EUR per hour',
    'latency doubles to 500',
    'Deploys fail',
    'Backups fail',
    'health checks fail and pods are removed',
    'Jobs fail',
    'Fails over to the replica',
    'failed requests are retried',
    'errors are retried by the edge',
    'each failed request is retried',
    'in-flight requests fail',
    'Requests to the dead pod fail until it is removed',
    'users on node 2 get 502',
    'one request fails',
    'a single 502',
    'Only users in Dallas get 522',
    'A maintenance page is served',
    'the queue continues to grow',
    'Requests continue to queue',
    'Retry works',
  ])('%s', (sentence) => {
    expect(read(sentence)).toEqual([]);
  });
});
describe('how it ends is not read', () => {
  test.each([
    'Automatic, in a few minutes',
    'recovers within minutes',
    'self-heals in seconds to minutes',
    'Automatic, can take hours',
    'Manual, up to two days',
    'automatisch, nach ein paar Minuten',
    'von Hand, mehrere Stunden',
    'automático, dos minutos',
    'Neustart von Hand, etwa 1 Std.',
    '1 h 30 min',
    '1:30 min',
    '> 5 min',
    'at least 10 min',
    'more than an hour',
    'Page on-call within 5 minutes, then failover (30 s)',
    'Detect 30 s + failover 60 s',
    'Probe fails 3 times every 10 s, then automatic restart',
    'Restore from backup taken every 6 h',
    'RPO 5 min, RTO 1 h',
    'Retries for 30 s then gives up',
    'Automatic failover fails; restart by hand',
    'recovers after restart by hand',
    'Recovers only after restart',
    'Automatic for pods; node by hand',
    'Hardly recovers',
    'Rarely recovers by itself',
  ])('%s', (sentence) => {
    expect(read(sentence, 'recovers')).toEqual([]);
  });
});
describe('what users see is read as what it says', () => {
  test.each([
    ['503 because no server is available', 'share-status 503 0.5..'],
    ['some get a 502; all other requests are fine', 'share-status 502 0.000001..0.95'],
    ['some get a 502, other requests are unaffected', 'share-status 502 0.000001..0.95'],
    ['502 (unter 1 %)', 'share-status 502 ..0.01'],
    ['höchstens 5 % der Anfragen scheitern', 'share-failed ..0.05'],
    ['au moins 20 % des requêtes échouent', 'share-failed 0.2..'],
    ['a handful of 502s (<1%)', 'share-status 502 ..0.01'],
    ['Some requests fail (about 10 %)', 'share-failed 0.05..0.15000000000000002'],
    ['at worst 1 in 4 requests fails', 'share-failed ..0.25'],
    ['at least 99.9 % of requests succeed', 'share-ok 0.999..'],
    ['nobody can create or list tasks', 'share-failed 0.95..'],
    ["Users don't see errors", 'share-ok 1..'],
    ['No customer-visible effect', 'share-ok 1..'],
    ['Ohne Unterbrechung', 'share-ok 1..'],
    ['0 errors', 'share-ok 1..'],
    ['failed requests: 0', 'share-ok 1..'],
    ['zero jobs lost', 'jobs-lost ..0'],
    ['Up to 20 % of requests fail', 'share-failed ..0.2'],
    ['Less than 1 % of requests fail', 'share-failed ..0.01'],
    ['More than half of requests fail', 'share-failed 0.5..'],
    ['Over 90 % of requests fail', 'share-failed 0.9..'],
    ['0,5 % der Anfragen schlagen fehl', 'share-failed 0.0025..0.0075'],
    ['pocos errores', 'share-failed 0.000001..0.95'],
    ["plus d'erreurs", 'share-ok 1..'],
    ['Requests hang for 30 s', 'share-failed 0.5..'],
    ['502 within 1 s of the request', 'share-status 502 0.5..'],
  ])('%s', (sentence, predicate) => {
    expect(read(sentence)).toEqual([predicate]);
  });
});
test('a story longer than a cell is not read, and at once', () => {
  expect(read(`${'502; '.repeat(3_000)}${'no errors; '.repeat(3_000)}then`)).toEqual([]);
});
