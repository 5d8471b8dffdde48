/** Latency figures: lost dashes, sentences, places, sums. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutInTwo, durationsIn, hasLostDashes, readDuration } from '../../sim/documents/durations.ts';
import { examine } from '../../sim/documents/examine.ts';
import { readFigures } from '../../sim/documents/figures.ts';
import { placeFigureOf, sitesOf } from '../../sim/documents/floors.ts';
import { sumsOf } from '../../sim/documents/sums.ts';
import { figuresOf } from '../../sim/documents/ways.ts';
import honeydue from '../../topology/honeydue.ts';

describe('dashes that a copy has lost', () => {
  test.each([
    ['90120', ['90', '120']],
    ['220310', ['220', '310']],
    ['515', ['5', '15']],
    ['2060', ['20', '60']],
    ['13', ['1', '3']],
  ])('%s is %j', (digits, cut) => {
    expect(cutInTwo(digits)).toEqual(cut);
  });
  test.each(['50', '80', '30000', '15000', '100', '7', ''])('%s is one figure', (digits) => {
    expect(cutInTwo(digits)).toBeUndefined();
  });
  test('are missed only where a figure can be nothing else and no other has one', () => {
    expect(hasLostDashes('Latency 90120 ms, then 515 ms')).toBe(true);
    expect(hasLostDashes('Latency 515 ms')).toBe(false);
    expect(hasLostDashes('Latency 90120 ms, then 5–15 ms')).toBe(false);
    expect(hasLostDashes('a time-out of 30000 ms')).toBe(false);
  });
  test('are put back in all of that document, and it is said; a bound was never a range', () => {
    const figures = readFigures('- Latency: ~90120 ms\n- Latency: 515 ms\n- Latency: <10 ms\n- Latency: ~80 ms\n');
    expect(figures.map(({ minMs, maxMs, mended }) => [minMs, maxMs, mended])).toEqual([
      [90, 120, true],
      [5, 15, true],
      [0, 10, undefined],
      [80, 80, undefined],
    ]);
  });
  test('are cut so that the two are in order and make the digits again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 2, max: 9 }), (least, factor) => {
        const cut = cutInTwo(`${least}${least * factor}`);
        return cut === undefined || (cut.join('') === `${least}${least * factor}` && Number(cut[0]) < Number(cut[1]));
      }),
    );
  });
});

describe('figures in sentences', () => {
  const labels = (markdown: string): string[] =>
    readFigures(markdown).map(({ line, text, label }) => `${line} ${text} ${label}`);
  test('are those that speak of latency, each with its own part of the sentence', () => {
    expect(labels('## Hop 4\n\n- Total: often <10 ms warm,\n  ~80 ms cold\n')).toEqual([
      '3 <10 ms Total: often warm',
      '4 ~80 ms cold',
    ]);
  });
  test.each([
    'The read time-out is 30 s; it takes long.',
    'Retries every 5 s, which takes a while.',
    '```\nlatency 5 ms\n```\n',
    '<!-- latency 5 ms -->',
    'It lasted 5 ms.',
  ])('are not read from "%s"', (markdown) => {
    expect(labels(markdown)).toEqual([]);
  });
  test('are about the way that their heading names', () => {
    const [one] = figuresOf('## Hop 4 — api → Postgres (Neon)\n\n- Query itself: typically 5–20 ms\n', honeydue);
    expect(one?.figure).toMatchObject({ between: ['api', 'postgres'], per: 'trip', way: 'round-trip' });
  });
  test('name a place by the code of its airport or its region', () => {
    const [one] = figuresOf('Latency: 90 ms DFW → Nuremberg', honeydue);
    expect(one?.figure?.between).toEqual(['edge', 'ingress']);
  });
});

test.each([
  ['It is under 5 ms', [[0, 5]]],
  ['less than 5 ms', [[0, 5]]],
  ['at most 5 ms', [[0, 5]]],
  ['unter 5 ms', [[0, 5]]],
  ['höchstens 5 ms', [[0, 5]]],
  ['more than 5 ms', [[5, Infinity]]],
  ['at least 5 ms', [[5, Infinity]]],
  ['over 5 ms', [[5, Infinity]]],
  ['between 20 and 60 ms', [[20, 60]]],
  ['between 20 ms and 60 ms', [[20, 60]]],
  ['zwischen 20 und 60 ms', [[20, 60]]],
  ['20 bis 60 ms', [[20, 60]]],
  ['20 à 60 ms', [[20, 60]]],
  ['20 a 60 ms', [[20, 60]]],
  ['20 to 60 ms', [[20, 60]]],
  ['not under 5 ms', [[5, 5]]],
  ['5 ± 1 ms', []],
  ['5 ms ± 1 ms', [[5, 5]]],
  [
    '5 ms and 10 ms',
    [
      [5, 5],
      [10, 10],
    ],
  ],
  ['the server in pop over, 5 ms', [[5, 5]]],
])('bounds and ranges in words are read as those in signs: %s', (text, ends) => {
  expect(durationsIn(text).map(({ minMs, maxMs }) => [minMs, maxMs])).toEqual(ends);
});

test('a range in words is rounded as its figures are, no more', () => {
  const [said, signed] = ['between 20 and 60 ms', '20-60 ms'].map((text) => durationsIn(text)[0]);
  expect(said).toMatchObject({ lowMs: signed?.lowMs, highMs: signed?.highMs });
});

describe('light', () => {
  const sites = sitesOf(honeydue);
  const of = (sentence: string) => {
    const [written] = readFigures(sentence);
    return written === undefined ? undefined : placeFigureOf(written, sites);
  };
  test.each([
    ['Frankfurt-Singapore query 40 ms', 'impossible'],
    ['London-New York 59 ms ping', 'possible'],
    ['London to New York takes 50 ms, round trip', 'possible'],
    ['A ping London–New York takes 50 ms', 'faster than straight fibre'],
    ['London–New York takes 30 ms one way', 'possible'],
    ['London–New York takes 15 ms one way', 'impossible'],
    ['A query from Nuremberg to us-east-1 takes 20–110 ms', 'impossible'],
    ['A query from Nuremberg to us-east-1 takes 95 ms', 'possible'],
    ['A ping from San José to Sao Paulo takes 300 ms', undefined],
    ['Latency Frankfurt to São Paulo: 210 ms', 'possible'],
    ['A ping London–New York takes > 20 ms', 'possible'],
    ['A ping London–New York takes at least 20 ms', 'possible'],
    ['A ping London–New York takes under 20 ms', 'impossible'],
    ['A ping London–New York takes between 20 and 60 ms', 'impossible'],
  ])('"%s" is %s', (sentence, physics) => {
    expect(of(sentence)?.physics).toBe(physics);
  });
  test.each([
    ['Latency São Paulo to us-east-1, ~120 ms RTT', 'possible'],
    ['Latency São Paulo to us-east-1, ~20 ms RTT', 'impossible'],
    ['Warm: 6 ms to Cloudflare Vancouver and back + 62 ms Vancouver to Toronto and back', undefined],
  ])('a figure belongs to its own term, and to the places before it: "%s" is %s', (sentence, physics) => {
    expect(of(sentence)?.physics).toBe(physics);
  });
  test.each([
    'Dallas to Frankfurt RTT varies by 5 ms',
    'Dallas to Frankfurt got 15 ms faster, RTT',
    'Clocks in Dallas and Frankfurt differ by 2 ms, a ping says',
    'It is not 20 ms round trip from Dallas to Frankfurt',
    'Latency Dallas to Frankfurt, jitter 5 ms',
  ])('is not asked of what is no time between two places: %s', (sentence) => {
    expect(of(sentence)).toBe(undefined);
  });
  test.each(['Dallas → Nuremberg', 'London → New York', 'api → Postgres, one query'])(
    'a bound from below is true of whatever takes longer: %s',
    (way) => {
      const options = { file: 'a.md', topology: honeydue, topologyFile: 'a.ts', scenarios: [], profile: 'physical' };
      const { figures } = examine(`## Latency\n\n| Way | RTT |\n|---|---|\n| ${way} | > 20 ms |\n`, options);
      expect(figures.map(({ physics }) => physics?.physics)).toEqual(['possible']);
    },
  );
  test('says what it needs: the great circle, there and back', () => {
    expect(of('Frankfurt-Singapore query 40 ms')?.told).toMatch(/^light in vacuum needs 68\.\d ms there and back$/);
    expect(of('London-New York 59 ms ping')?.told).toBe('straight fibre 55.7 ms');
  });
  test('flags nothing above straight fibre, whatever the places', () => {
    const names = [...sites.keys()];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...names),
        fc.integer({ min: 205, max: 900 }),
        (a, b, ms) => {
          const found = of(`A ping from ${a} to ${b} takes ${ms} ms`);
          return found === undefined || found.physics === 'possible';
        },
      ),
    );
  });
});

describe('a total', () => {
  const sums = (rows: readonly string[], after = '') =>
    sumsOf(figuresOf(`## Latency\n\n| Hop | Latency |\n|---|---|\n${rows.join('\n')}\n${after}`, honeydue)).map(
      ({ line, fits }) => `${line} ${fits}`,
    );
  const parts = ['| User → CF | 5–15 ms |', '| CF → node | 90–120 ms |', '| api → Postgres | 20–60 ms |'];
  test.each([
    ['| Total | 115–195 ms |', '8 one way'],
    ['| Total | 210–330 ms |', '8 there and back'],
    ['| Total | 400–500 ms |', '8 neither'],
    ['| Total | 20 ms |', '8 neither'],
  ])('%s: %s', (total, told) => {
    expect(sums([...parts, total])).toEqual([told]);
  });
  test('may stand in a sentence below its table', () => {
    expect(sums(parts, '\n**Total**: ~115–195 ms typical.\n')).toEqual(['9 one way']);
  });
  test.each([
    ['8 ms and 120 ms', ['| a → b | 8 ms |', '| c → d | 120 ms |', '| Total | 128 ms |'], '7 one way'],
    ['a figure rounded to tens', ['| a → b | 8 ms |', '| c → d | 120 ms |', '| Total | 132 ms |'], '7 one way'],
    ['exact figures', ['| a → b | 8 ms |', '| c → d | 121 ms |', '| Total | 135 ms |'], '7 neither'],
    ['about as much', ['| a → b | 8 ms |', '| c → d | ~120 ms |', '| Total | 137 ms |'], '7 one way'],
  ])('of exact figures may differ by their rounding, no more: %s', (_what, rows, told) => {
    expect(sums(rows)).toEqual([told]);
  });
  test('may end a sentence', () => {
    const of = (sentence: string): string[] =>
      sumsOf(figuresOf(`## Latency\n\n${sentence}\n`, honeydue)).map(({ forward, fits }) => `${forward.minMs} ${fits}`);
    expect(of('58 ms on the wire, 1 ms in Traefik, 22 ms in the api and 7 ms in Postgres, 98 ms in total.')).toEqual([
      '88 neither',
    ]);
    expect(
      of('Warm: 6 ms to the edge and back + 62 ms to us + 27 ms in the api = 95 ms. Total of another: 500 ms.'),
    ).toEqual(['95 one way']);
    expect(of('8 ms bis Cloudflare, 9 ms bis hier und 4 ms Postgres, zusammen 21 ms.')).toEqual(['21 one way']);
    expect(of('It takes 58 ms or 1 ms, 98 ms in total.')).toEqual([]);
  });
  test('is of its own column, and of what stands before it', () => {
    const of = (markdown: string): string[] =>
      sumsOf(figuresOf(`## Latency\n\n${markdown}\n`, honeydue)).map(({ forward, fits }) => `${forward.minMs} ${fits}`);
    const two =
      '| Leg | p 1 | p 2 |\n|---|---|---|\n| a → b | 20 ms | 60 ms |\n| c → d | 121 ms | 151 ms |\n| Total | 141 ms | 211 ms |';
    expect(of(two)).toEqual(['141 one way', '211 one way']);
    const behind = '| Leg | ms |\n|---|---|\n| a → b | 20 |\n| c → d | 121 |\n| Total | 141 |\n| headroom | 59 |';
    expect(of(behind)).toEqual(['141 one way']);
  });
  test.each([
    '| Total | 141 ms |\n| Subtotal | 20 ms |',
    '\nThe end-to-end target is 300 ms.',
    '\nThe overall p99 is 400 ms.',
    '\nIn total we saved 12 ms.',
  ])('is told of none: %s', (after) => {
    const rows = ['| Subtotal a → b | 20 ms |', '| c → d | 121 ms |'];
    expect(sums(after.startsWith('|') ? rows : parts, after)).toEqual([]);
  });
  test.each([
    ['2 × 20 ms to the edge, 30 ms to us and 5 ms in Postgres, 75 ms in total.', []],
    ['20 ms to the edge, 30 ms to us, 5 ms in Postgres, so the total is 105 ms there and back.', ['55 there and back']],
    ['Total latency is 20 ms + 30 ms + 5 ms = 55 ms.', ['55 one way']],
  ])('in a sentence: %s', (sentence, told) => {
    const figures = figuresOf(`## Latency\n\n${sentence}\n`, honeydue);
    expect(sumsOf(figures).map(({ forward, fits }) => `${forward.minMs} ${fits}`)).toEqual(told);
    expect(figures.filter(({ figure, written }) => figure !== undefined && written.text === '20 ms')).toEqual([]);
  });
  test('needs a table: figures that contradict each other elsewhere are two statements', () => {
    expect(sums(['| User → CF | 5 ms |', '| User → CF | 500 ms |'])).toEqual([]);
  });
});

test('one long time behind a word for a timer is no lost dash', () => {
  expect(hasLostDashes('CF to node 90120 ms, api 13 ms')).toBe(true);
  expect(hasLostDashes('The job gives up after 62500 ms. London to New York 79 ms')).toBe(false);
});

test('any text gives durations in order, each with a least that is no more than its most', () => {
  const part = fc.constantFrom(
    '5',
    '15',
    '-',
    '–',
    '−',
    ' ',
    'ms',
    's',
    '<',
    '~',
    ',',
    '.',
    '1,140',
    'µs',
    'to',
    '\u00A0',
    '９',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(part).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, fc.boolean(), (sentence, lost) => {
      readDuration(sentence, lost);
      const found = durationsIn(sentence, lost);
      return found.every(
        (one, index) => one.lowMs >= 0 && one.index >= (found[index - 1]?.index ?? 0) && !Number.isNaN(one.maxMs),
      );
    }),
  );
});
