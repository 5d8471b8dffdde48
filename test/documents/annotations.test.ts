/** Comments that tell this tool which scenario plays a row and what is expected of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import apiPodOom from '../../scenarios/api-pod-oom.ts';
import latencyBudget from '../../scenarios/latency-budget.ts';
import redisDown from '../../scenarios/redis-down.ts';
import { annotationIn, readExpect } from '../../sim/documents/annotations.ts';
import { examine } from '../../sim/documents/examine.ts';
import honeydue from '../../topology/honeydue.ts';

const scenarios = [apiPodOom, latencyBudget, redisDown];
const examined = (markdown: string) =>
  examine(markdown, { file: 'b.md', topology: honeydue, topologyFile: 't.ts', scenarios, profile: 'physical' });
const HEAD = '| Failure | Impact |\n|---|---|\n';

describe('an expectation', () => {
  test.each([
    ['status=500 share>=95%', [{ measure: 'share-status', where: { status: 500 }, min: 0.95, unit: 'share' }]],
    ['status=502', [{ measure: 'share-status', where: { status: 502 }, min: 0.5, unit: 'share' }]],
    ['share<=1%', [{ measure: 'share-failed', where: {}, max: 0.01, unit: 'share' }]],
    [
      'ok>=99% p95<=3s',
      [
        { measure: 'share-ok', where: {}, min: 0.99, unit: 'share' },
        { measure: 'latency-p95', where: {}, max: 3_000, unit: 'ms' },
      ],
    ],
    ['added<=200ms', [{ measure: 'latency-added-p50', where: {}, max: 200, unit: 'ms' }]],
    ['recovery <= 10s', [{ measure: 'recovery-time', where: {}, max: 10_000, unit: 'ms' }]],
  ])('"%s" is read', (text, predicates) => {
    expect(readExpect(text)).toEqual({ predicates, faults: [] });
  });
  test.each(['speed>=5', 'ok>=99s', 'p95<=3%', 'share', 'ok>=200%'])('"%s" is told as a fault', (text) => {
    expect(readExpect(text).faults).toHaveLength(1);
  });
});

describe('a comment', () => {
  const row = '| Something odd | ask Bob |';
  const comment = "<!-- twin: scenario=redis-down expect='ok>=99%' -->";
  test.each([
    ['on the row', `${HEAD}| Something odd | ask Bob ${comment} |\n`, 3],
    ['above the row, between others', `${HEAD}| Redis down | works |\n${comment}\n${row}\n`, 5],
    ['above the table', `${comment}\n${HEAD}${row}\n`, 4],
    ['with Windows line ends', `${comment}\r\n${HEAD.replaceAll('\n', '\r\n')}${row}\r\n`, 4],
  ])('%s names its scenario and what is expected', (_where, markdown, line) => {
    const found = examined(markdown).rows.at(-1);
    expect(found).toMatchObject({ line, confidence: 1, scenario: { id: 'redis-down' } });
    expect(found?.claims[0]).toMatchObject({
      source: { line, text: 'ask Bob' },
      predicates: [{ measure: 'share-ok', where: { journey: 'listTasks' }, min: 0.99 }],
    });
  });
  test('above one row is not said of the others', () => {
    const { rows } = examined(`${HEAD}${comment}\n${row}\n| Redis down | works |\n| Elevator stuck | nothing |\n`);
    expect(rows.map((one) => one.scenario?.id)).toEqual(['redis-down', 'redis-down', undefined]);
    expect(rows[1]?.annotation).toBeUndefined();
  });
  test.each([
    ['scenario=redis-dwon', 'names a scenario "redis-dwon" that is not there'],
    ["expect='speed>=5'", '"speed>=5" is none of'],
    ['scenaro=redis-down', '"scenaro" is none of scenario, expect'],
    ['nothing', 'nothing in it is one of'],
  ])('that says %s is told, and its row is not played', (said, why) => {
    const [found] = examined(`${HEAD}| Redis down | works <!-- twin: ${said} --> |\n`).rows;
    expect(found?.claims).toEqual([]);
    expect(found?.why).toContain(why);
  });
});

test('any comment is read without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
      annotationIn(`<!-- twin: ${text} -->`);
      readExpect(text);
    }),
  );
});
test('any document is examined without an error', () => {
  const part = fc.constantFrom(
    '|',
    '\n',
    '---',
    'Failure',
    'User sees',
    'Redis down',
    '502',
    '5–15 ms',
    'Latency',
    'api → Postgres',
    '<!-- twin: ',
    ' -->',
    '```',
    '> ',
    '- ',
    '# ',
    '\r\n',
    'a\\|b',
    '<br>',
    '[x](y)',
    '合計',
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 60 }).map((parts) => parts.join('')),
      (markdown) => {
        const { rows } = examined(`${HEAD}${markdown}`);
        return rows.every((one) => one.line > 0 && (one.why === undefined) === one.claims.length > 0);
      },
    ),
  );
});
