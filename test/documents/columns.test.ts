/** Which tables are of failures, by titles in several wordings and languages, and which are left alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf, layerOf } from '../../sim/documents/columns.ts';
import { lexiconOf } from '../../sim/documents/concepts.ts';
import { failuresIn } from '../../sim/documents/failure-table.ts';
import { readTables } from '../../sim/documents/markdown.ts';
import honeydue from '../../topology/honeydue.ts';
import { table } from './table.ts';

const lexicon = lexiconOf(honeydue);
const rowsIn = (markdown: string): string[] =>
  readTables(markdown)
    .flatMap((one) => failuresIn(one, lexicon))
    .map(({ layer, sees, recovers }) => [layer, sees, recovers].filter((cell) => cell !== '').join(' > '));

describe("columns that --write has added are nobody's", () => {
  const header = '| Failure | Users see | Twin | Twin saw |';
  test.each([
    ['how it ends', '502 for 1.1 s at the longest'],
    ['half of what fails', 'it hung, and lists failed'],
  ])('not %s', (_what, saw) => {
    const rows = ['Redis', 'Postgres', 'CoreDNS'].map((part) => `| ${part} | lists fail | RIGHT | ${saw} |`);
    const columns = readTables(table(header, ...rows)).map((one) => columnsOf(one, lexicon));
    expect(columns).toEqual([{ layer: [0], sees: 1, recovers: -1, lasts: -1 }]);
  });
  test('nor what users see', () => {
    const rows = ['Redis', 'Postgres', 'CoreDNS'].map((part) => `| ${part} down | ops | RIGHT | lists fail |`);
    const [one] = readTables(table('| Failure | Owner | Twin | Twin saw |', ...rows));
    expect(one === undefined ? one : columnsOf(one, lexicon)).toBe(undefined);
  });
});

describe('part and way of failing in two columns', () => {
  test.each([
    ['| Component | Scenario | Customer impact |', '| Redis | dies | works |'],
    ['| Component | Failure mode | Effect |', '| Redis | dies | works |'],
    ['| Failure mode | Component | Effect |', '| dies | Redis | works |'],
    ['| Dependency | How it fails | What users see |', '| Redis | dies | works |'],
    ['| System | Condition | Symptoms |', '| Redis | dies | works |'],
    ['| Service | Trigger | Outcome |', '| Redis | dies | works |'],
    ['| # | Subsystem | Owner | Incident | User impact |', '| 1 | Redis | ops | dies | works |'],
    ['| Komponente | Störung | Auswirkung |', '| Redis | fällt aus | works |'],
    ['| Baustein | Art | Folgen für Nutzer |', '| Redis | ausgefallen | works |'],
    ['| Componente | Fallo | Qué ve el usuario |', '| Redis | caído | works |'],
    ['| Composant | Panne | Effet pour les utilisateurs |', '| Redis | en panne | works |'],
  ])('%s', (header, row) => {
    const how = row
      .split('|')
      .map((cell) => cell.trim())
      .find((cell) => /^(?:dies|fällt aus|ausgefallen|caído|en panne)$/.test(cell));
    expect(rowsIn(table(header, row))).toEqual([`Redis: ${how} > works`]);
  });
  test('are one where a cell says both, and half of it is never lost', () => {
    const markdown = table(
      '| Component | Scenario | Impact | Fix |',
      '| Redis | hangs | lists fail | restart |',
      '| CoreDNS down | | new connections fail | |',
      '| Kafka | | late | |',
    );
    expect(rowsIn(markdown)).toEqual([
      'Redis: hangs > lists fail > restart',
      'CoreDNS down > new connections fail',
      'Kafka > late',
    ]);
  });
  test('stay one where the second only says why', () => {
    const markdown = table('| Failure | Cause | Impact |', '| Redis down | Postgres overloaded | lists are slow |');
    expect(rowsIn(markdown)).toEqual(['Redis down > lists are slow']);
  });
});

describe('how long until it has ended, in a column of its own', () => {
  test.each([
    ['| Component | Impact | Mitigation | MTTR |', '| Redis down | works | restart | 2 min |'],
    ['| Failure | Users see | Time to recover | How we get back |', '| Redis down | works | 2 min | restart |'],
    ['| Störung | Auswirkung | Behebung | Dauer |', '| Redis down | works | restart | 2 min |'],
    ['| Fallo | Impacto | Duración | Solución |', '| Redis down | works | 2 min | restart |'],
    ['| Culprit | Riders see | Fix | How long |', '| Redis down | works | restart | 2 min |'],
  ])('%s', (header, row) => {
    expect(rowsIn(table(header, row))).toEqual(['Redis down > works > restart, 2 min']);
  });
  test('stands alone where nothing says how, and is left where it is no time', () => {
    expect(rowsIn(table('| Failure | Users see | ETA |', '| Redis down | works | 2 min |'))).toEqual([
      'Redis down > works > 2 min',
    ]);
    const markdown = table('| Failure | Users see | Fix | ETA |', '| Redis down | works | restart | not ours to say |');
    expect(rowsIn(markdown)).toEqual(['Redis down > works > restart']);
  });
});

describe('columns by what stands in them', () => {
  const rows = [
    '| 1 | Redis stops answering | lists fail with 504 | High | by hand | 2 min |',
    '| 2 | CoreDNS is gone | new connections fail | High | restart | ? |',
    '| 3 | A worker is killed | nobody notices | Low | automatic | ~90 s |',
  ];
  const told = [
    'Redis stops answering > lists fail with 504 > by hand, 2 min',
    'CoreDNS is gone > new connections fail > restart',
    'A worker is killed > nobody notices > automatic, ~90 s',
  ];
  test('whatever their titles', () => {
    expect(rowsIn(table('| a | b | c | d | e | f |', ...rows))).toEqual(told);
    expect(rowsIn(table('| | Lo que pasó | Lo que vieron | | Arreglo | t |', ...rows))).toEqual(told);
  });
  test('a grade is no outcome, though its title be "Impact"', () => {
    expect(rowsIn(table('| Ref | Risk | Service behaviour | Impact | Restoration | t |', ...rows))).toEqual(told);
  });
  test('two columns as good as each other show nothing, nor does one whose title says otherwise', () => {
    const cells = [
      '| Redis down | lists fail | lists work |',
      '| DNS down | lists fail | lists work |',
      '| api down | 502 | 503 |',
    ];
    for (const header of ['| a | b | c |', '| Case | Before | Now |', '| Case | Expected | Actual |'])
      expect(rowsIn(table(header, ...cells))).toEqual([]);
    const timed = rows.map((row) => row.replace(/\| by hand \||\| restart \||\| automatic \|/, '| Ana |'));
    expect(rowsIn(table('| # | Risk | Users see | Impact | Owner | Page after |', ...timed))).toEqual([
      'Redis stops answering > lists fail with 504',
      'CoreDNS is gone > new connections fail',
      'A worker is killed > nobody notices',
    ]);
  });
  test('needs three rows, and most of them', () => {
    expect(rowsIn(table('| a | b | c | d | e | f |', ...rows.slice(0, 2)))).toEqual([]);
    const markdown = table('| a | b | c |', '| Redis down | lists fail |', ...Array(3).fill('| api | fast |'));
    expect(rowsIn(markdown)).toEqual([]);
  });
  test('leaves alerts, time-outs and what is over alone', () => {
    for (const [header, ...three] of [
      [
        '| Alert | When | Who |',
        '| Redis down | > 1 min | ana |',
        '| api down | 0 pods | jo |',
        '| PG down | 30 s | jo |',
      ],
      [
        '| Between | Limit | Expiry |',
        '| edge, api | 100 s | 524 |',
        '| api, Redis | 3 s | 500 |',
        '| api, DB | 5 s | 500 |',
      ],
      ['| No. | Date | Title |', '| 1 | May | Redis hung |', '| 2 | June | DNS was down |', '| 3 | July | node lost |'],
    ] as const)
      expect(rowsIn(table(header, ...three))).toEqual([]);
  });
});

describe('that all of a table fails', () => {
  const failsIn = (heading: string, markdown: string) =>
    readTables(`## ${heading}\n\n${markdown}`)
      .flatMap((one) => failuresIn(one, lexicon))
      .map(({ layer, fails }) => fails ?? layer);
  test('may stand in the title of its column or in the heading', () => {
    expect(failsIn('x', table('| If this breaks | Impact |', '| CoreDNS, both | late |'))).toEqual([
      'CoreDNS, both down',
    ]);
    expect(failsIn('Failure modes', table('| Component | Impact |', '| Redis | late |'))).toEqual(['Redis down']);
    expect(failsIn('Ausfälle', table('| Dienst | Auswirkung |', '| Redis | spät |'))).toEqual(['Redis down']);
    expect(failsIn('Services', table('| Component | Impact |', '| Redis | late |'))).toEqual([]);
  });
  test.each(['Error budget', 'What must not fail', 'Packet loss', 'What we changed after the outage'])(
    'is not said by the heading "%s"',
    (heading) => expect(failsIn(heading, table('| Component | Impact |', '| Redis | late |'))).toEqual([]),
  );
  test('is not said of a row that says how, nor of one that names no part', () => {
    const markdown = table('| If this breaks | Impact |', '| Redis hangs | late |', '| the budget | late |');
    expect(failsIn('x', markdown)).toEqual(['Redis hangs', 'the budget']);
  });
});

describe('titles in other words and languages', () => {
  test.each([
    '| If this breaks | Blast radius | Who acts |',
    '| What | Customer impact | How we get back |',
    '| Ebene | Auswirkung | Behebung |',
    '| Culprit | Gates see | Fix |',
    '| Schicht | Was Nutzer sehen | Wiederherstellung |',
    '| Ausfall | Auswirkungen | Maßnahme |',
    '| Was ausfällt | Folgen | Gegenmaßnahmen |',
    '| Capa | Efecto | Recuperación |',
    '| Avería | Qué nota el usuario | Solución |',
    '| Couche | Effet | Rétablissement |',
    '| Défaillance | Ce que voient les utilisateurs | Remède |',
    '| Falha | Impacto | Recuperação |',
    '| Guasto | Effetto per gli utenti | Ripristino |',
    '| Storing | Gevolgen | Herstel |',
    '| 故障 | 用户看到什么 | 恢复 |',
    '| 障害 | ユーザーへの影響 | 復旧 |',
    '| LAYER | USERS’ VIEW, SEES | RECOVERY |',
  ])('%s', (header) => {
    expect(rowsIn(table(header, '| Redis down | works | restart |'))).toEqual(['Redis down > works > restart']);
  });
});

/** Tables that have titles, and words, of failure tables. */
describe('left alone is', () => {
  test.each([
    [
      'a comparison of features',
      table('| Feature | Basic | Premium | Effect |', '| Failover when Postgres fails | no | yes | 90 EUR |'),
    ],
    ['another', table('| Component | Us | Them | Result |', '| Redis | cluster | single | faster |')],
    ['a changelog', table('| Version | Problem | Fix | Impact |', '| 1.4 | Redis down at start | wait | none |')],
    [
      'one without versions',
      table('| Component | Change | Impact |', '| Redis | 7.4 | none |', '| api | Go 1.26 | faster |'),
    ],
    ['a rota', table('| Week | Primary | When both fail to answer |', '| 12 | Ana | call Jo |')],
    ['a rota with services', table('| Service | On call | User |', '| Redis | Ana | ana |')],
    [
      'a price list',
      table('| Service | Price | Effect on the invoice |', '| Redis | 40 EUR | small |', '| Neon | 120 EUR | large |'),
    ],
    ['a list of owners', table('| Service | Owner | Effect of a page |', '| api | team A | wakes Ann |')],
    ['settings', table('| Component | Setting | Effect |', '| Redis | maxmemory 1 GB | keys go |')],
    ['time-outs', table('| Client | Server | Time-out |', '| api | Redis | 3 s |')],
    ['people', table('| User | Service | Role |', '| ana | Redis | admin |')],
    ['glossary', table('| Term | What users see |', '| list | tasks |')],
    ['opening hours', table('| Dienst | Zeiten | Nutzer |', '| Redis | 9–17 | alle |')],
    ['precios', table('| Servicio | Precio | Efecto en la factura |', '| Redis | 40 € | bajo |')],
  ])('%s', (_what, markdown) => {
    expect(rowsIn(markdown)).toEqual([]);
  });
});

const TITLES = [
  'Component',
  'Failure',
  'Scenario',
  'Impact',
  'Users',
  'Fix',
  'MTTR',
  'Störung',
  'Fallo',
  'Version',
  'From',
  '用户',
  '',
  '|',
  'x',
];
const CELLS = [
  'Redis',
  'down',
  'hangs',
  'Kafka',
  'on one node',
  'Redis: down',
  '',
  '—',
  '5 ms',
  'every read returns 500',
  '<br>',
];
test('any table gives each row’s own words, and columns that are apart and there', () => {
  const cells = (from: readonly string[]) =>
    fc.array(fc.oneof(fc.constantFrom(...from), fc.string({ unit: 'binary', maxLength: 12 })), {
      minLength: 1,
      maxLength: 6,
    });
  fc.assert(
    fc.property(cells(TITLES), fc.array(cells(CELLS), { maxLength: 5 }), (header, rows) => {
      const one = { heading: '', line: 1, header, rows: rows.map((row, index) => ({ line: index + 3, cells: row })) };
      const columns = columnsOf(one, lexicon);
      for (const row of failuresIn(one, lexicon)) {
        const own = one.rows[row.line - 3]?.cells ?? [];
        for (const said of [row.sees, ...row.recovers.split(', '), ...row.layer.split(': ')])
          if (!own.join(': ').includes(said)) return false;
      }
      if (columns === undefined) return true;
      const used = [...columns.layer, columns.sees, ...[columns.recovers, columns.lasts].filter((one) => one >= 0)];
      for (const row of one.rows) layerOf(row, columns, lexicon);
      return new Set(used).size === used.length && used.every((index) => index >= 0 && index < header.length);
    }),
  );
});
