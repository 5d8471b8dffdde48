/** Sentences in German, Spanish and French: read as in English, or not at all; never as their opposite. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSentence } from '../../sim/documents/readings.ts';
import honeydue from '../../topology/honeydue.ts';

const read = (sentence: string, about: 'sees' | 'recovers' = 'sees') =>
  readSentence(sentence, about, 'listTasks', honeydue.journeys);

describe('what is said is', () => {
  test.each([
    ['Niemand merkt etwas', 'nobody notices'],
    ['Alle Anfragen scheitern', 'all requests fail'],
    ['Fehler 521 für alle', '521 errors for all users'],
    ['Geht weiter, nur langsamer', 'keeps working, slower'],
    ['Keine Auswirkungen', 'no impact'],
    ['Nadie nota nada', 'nobody notices'],
    ['Todas las peticiones devuelven 500', 'all requests return 500'],
    ['Algunos usuarios reciben un 502', 'some users get a 502'],
    ['Todo funciona, algo más lento', 'everything works, slower'],
    ['Un tercio de las peticiones fallan', 'a third of requests fail'],
    ['Personne ne remarque rien', 'nobody notices'],
    ['Toutes les requêtes échouent', 'all requests fail'],
    ['Nothing fails', 'nobody notices'],
    ['Pages take about 100 ms longer', 'pages are 100 ms slower'],
    ['Queued jobs were lost', 'queued jobs are lost'],
    ['A few 502s, for some seconds', 'some 502s for a few seconds'],
  ])('%s: "%s"', (sentence, english) => {
    expect(read(sentence).predicates.length).toBeGreaterThan(0);
    expect(read(sentence).predicates).toEqual(read(english).predicates);
  });
  test.each([
    ['automatisch', 'automatic'],
    ['Neustart von Hand', 'restart by hand'],
    ['Reiniciar Redis', 'restart Redis'],
    ['Automatic after five minutes', 'automatic after 5 minutes'],
    ['Redémarrage manuel', 'restart by hand'],
  ])('recovery %s: "%s"', (sentence, english) => {
    expect(read(sentence, 'recovers').predicates.length).toBeGreaterThan(0);
    expect(read(sentence, 'recovers').predicates).toEqual(read(english, 'recovers').predicates);
  });
});

describe('what is denied is not read', () => {
  test.each([
    'Kein Fehler 500',
    'Fehler 521 treten nicht auf',
    'No devuelve nunca errores',
    'Ne renvoie jamais de 502',
    'Sin 502',
    'Personne ne voit de 502',
    'Listen scheitern nie',
  ])('"%s"', (sentence) => {
    expect(read(sentence).predicates).toEqual([]);
  });
});

test('what becomes of connections that are open is not said of all requests', () => {
  expect(read('Running connections keep working').predicates).toEqual([]);
  expect(read('Open connections keep working, new connections fail').predicates).toEqual(
    read('New connections fail').predicates,
  );
});

test('whatever is said, what is told as unread are its own words', () => {
  const word = fc.constantFrom(
    'niemand',
    'merkt',
    'etwas',
    'alle',
    'anfragen',
    'scheitern',
    'nicht',
    'todo',
    'funciona',
    'reiniciar',
    '502',
    'five',
    'minutes',
    'für',
    'kurz',
    'ne',
    'marche',
    'pas',
  );
  fc.assert(
    fc.property(fc.array(word), fc.constantFrom('sees' as const, 'recovers' as const), (words, about) => {
      const sentence = words.join(' ');
      return read(sentence, about).unread.every((one) => sentence.includes(one));
    }),
  );
});
