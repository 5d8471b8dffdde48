/** `twin check` as a person types it, on the model, where the same seed gives the same bytes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Checked, CheckTotals } from '../../sim/scenario/checked.ts';
import { ROOT, showsStack, temporaryFolder, twin } from './command.ts';
import { expectSameWords } from './same-words.ts';

async function checked(text: string, args: readonly string[] = []) {
  const folder = temporaryFolder();
  const file = join(folder.path, 'book.md');
  writeFileSync(file, text);
  const ended = await twin(['check', file, '--runtime', 'model', '--out', join(folder.path, 'out'), ...args]);
  return { ...ended, file, folder };
}
type Printed = Checked & { readonly totals: CheckTotals; readonly exitCode: number };
const printed = (out: string): Printed => JSON.parse(out) as Printed;
const HEAD = '| Failure | Impact | Mitigation |\n|---|---|---|\n';

describe.concurrent('check', () => {
  test('plays what it can, judges figures by light, tells what it can not, and exits 1', async () => {
    const book = `# Other\n\n${HEAD}| Redis gone | every read returns 500 | |\n| Kafka broker lost | orders late | |\n| CoreDNS slow | see runbook | |\n| CoreDNS down | see runbook | |\n\nLondon-New York 59 ms ping.\n\nFrankfurt-Singapore query 40 ms.\n`;
    const { code, out, err, folder } = await checked(book, ['--json']);
    using _folder = folder;
    const { rows, figures, totals, exitCode } = printed(out);
    expect(rows.map((row) => [row.line, row.scenario, row.verdict])).toEqual([
      [5, 'redis-down', 'refuted'],
      [6, undefined, 'not-played'],
      [7, undefined, 'not-played'],
      [8, 'coredns-down', 'not-judged'],
    ]);
    expect(rows[0]).toMatchObject({
      sentence: 'every read returns 500',
      confidence: 1,
      reading: ['at least 95 % of lists end with 500'],
    });
    expect(rows[0]?.seen).toMatch(/0 of \d+ lists ended with 500/);
    expect(rows[1]?.because).toContain('no such part in topology/honeydue.ts: kafka');
    expect(rows[2]?.because).toContain('perhaps coredns-down');
    // Nothing could be read, and what was seen is told all the same.
    expect(rows[3]?.seen).toMatch(/requests failed/);
    expect(figures.map((one) => [one.line, one.physics])).toEqual([
      [10, 'possible'],
      [12, 'impossible'],
    ]);
    expect(totals).toEqual({ right: 1, wrong: 1, impossible: 1, notJudged: 1, notPlayed: 2 });
    expect([code, exitCode]).toEqual([1, 1]);
    expect(showsStack(err)).toBe(false);
  });

  test('gives opposite sentences about one layer opposite verdicts', async () => {
    const { out, folder } = await checked(
      `${HEAD}| Redis dead | lists keep working | |\n| Redis dead | lists fail | |\n| Redis hangs | lists within seconds, nobody notices | |\n`,
      ['--json'],
    );
    using _folder = folder;
    const verdicts = printed(out).rows.map((row) => [row.verdict, row.variants]);
    expect(verdicts[0]).toEqual(['confirmed', undefined]);
    expect(verdicts[1]).toEqual(['refuted', undefined]);
    expect(verdicts[2]?.[1]).toEqual(['hung']);
  });

  test('exits 0 where all is right, 2 where something could not be judged', async () => {
    const right = await checked(`${HEAD}| Redis dead | lists keep working | restart |\n`);
    using _right = right.folder;
    expect(right.out).toContain('2 right.');
    expect(right.code).toBe(0);
    const open = await checked(`${HEAD}| Redis dead | ask Bob | |\n`);
    using _open = open.folder;
    expect(open.out).toContain('not judged');
    expect(open.code).toBe(2);
  });

  test('does not call automatic what somebody ended by hand', async () => {
    const { code, out, folder } = await checked(`${HEAD}| Redis dead | lists keep working | Automatic |\n`, ['--json']);
    using _folder = folder;
    const [row] = printed(out).rows;
    expect(row?.sentences.map((one) => one.verdict)).toEqual(['confirmed', 'inconclusive']);
    expect(row?.sentences[1]?.because).toContain('it was ended by hand (');
    expect(code).toBe(2);
  });

  test('--plan says what would be played and plays nothing', async () => {
    const { code, out, err, folder } = await checked(
      `${HEAD}| Redis hangs | works | |\n| Stripe down | no orders | |\n`,
      ['--plan'],
    );
    using _folder = folder;
    expect(out).toMatch(/redis-down \(hung\), confidence 1.*to be\s+played/s);
    expect(out).toContain('1 of 2 rows and 0 of 0 figures would be played, by redis-down. nothing was played.');
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  test('--write fills two columns between the markers, changes no other byte, and the same again', async () => {
    const table =
      '| Failure | Impact |\r\n|---|:--|\r\n| Redis dead | keeps working, a\\|b |\r\n| Stripe down | `x` |\r\n';
    const book = `\uFEFF# B\r\n\r\n${table}\r\n<!-- twin:begin -->\r\n${table}<!-- twin:end -->\r\nend\t \r\n`;
    const { file, folder } = await checked(book, ['--write']);
    using _folder = folder;
    const once = readFileSync(file, 'utf8');
    expect(once).toBe(
      `\uFEFF# B\r\n\r\n${table}\r\n<!-- twin:begin -->\r\n| Failure | Impact | Twin | Twin saw |\r\n|---|:--|---|---|\r\n| Redis dead | keeps working, a\\|b | right | ${/\| right \| (.*?) \|/.exec(once)?.[1]} |\r\n| Stripe down | \`x\` | not played | no such part in topology/honeydue.ts: stripe |\r\n<!-- twin:end -->\r\nend\t \r\n`,
    );
    await twin(['check', file, '--runtime', 'model', '--out', join(folder.path, 'out'), '--write']);
    expect(readFileSync(file, 'utf8')).toBe(once);
  });

  test('--write without markers says so and leaves the file as it is', async () => {
    const { file, err, folder } = await checked(`${HEAD}| Redis dead | works | |\n`, ['--write']);
    using _folder = folder;
    expect(err).toContain('not written:');
    expect(readFileSync(file, 'utf8')).toBe(`${HEAD}| Redis dead | works | |\n`);
  });

  test.each([
    ['a document without tables', 'Just words.\n', 0, 'no failure table (it has no table), no latency figure'],
    ['an empty one', '', 0, 'nothing to judge'],
    [
      'tables of another kind',
      '| Service | User | Port |\n|---|---|---|\n| api | root | 80 |\n',
      0,
      'none of its 1 tables is one',
    ],
    ['a table of settings', '| Setting | Effect |\n|---|---|\n| timeout | 30 s |\n', 0, 'nothing to judge'],
    ['broken rows', `${HEAD}| Redis dead |\n|\n| Redis dead | works | restart | b | c |\n`, 0, '2 right'],
    [
      'markup in its cells',
      `${HEAD}| <b>Redis</b> **dead** [x](y) | \`lists\` keep<br>working \u001B[31m | |\n`,
      0,
      '1 right',
    ],
  ])('takes %s', async (_what, text, exit, told) => {
    const { code, out, err, folder } = await checked(text);
    using _folder = folder;
    expect(out).toContain(told);
    expect(out).not.toContain('\u001B');
    expect(showsStack(err)).toBe(false);
    expect(code).toBe(exit);
  });

  test.each([
    ['a file that is not there', ['check', '/nowhere/book.md'], 'there is no such file'],
    [
      'a plan that is to be written',
      ['check', 'README.md', '--plan', '--write'],
      '--plan and --write exclude each other',
    ],
    ['a stray path to set', ['check', 'README.md', '--plan', '--set', 'links.neon.rrt=5ms'], 'did you mean "rtt"?'],
  ])('refuses %s with exit 4', async (_what, args, told) => {
    const { code, err } = await twin(args);
    expect(err).toContain(told);
    expect(code).toBe(4);
  });
});

/** Two rows, each a table of its own on the lines that it has there; all of them: test/long. */
test('rows of the reference document say the same to check and to rehearse', async () => {
  const lines = readFileSync(join(ROOT, 'topology', 'honeydue.md'), 'utf8').split('\n');
  const isOurs = (line = ''): boolean => /^\| (?:Redis|Traefik) down /.test(line);
  expect(lines.filter(isOurs).length).toBe(2);
  const book = lines.map((line, at) => {
    if (isOurs(line)) return line;
    if (isOurs(lines[at + 1])) return '|---|---|---|';
    return isOurs(lines[at + 2]) ? '| Layer fails | User sees | Recovery |' : '';
  });
  const { out, folder } = await checked(book.join('\n'), ['--json']);
  using _folder = folder;
  const rehearse = ['rehearse', 'redis-down', 'traefik-down', '--runtime', 'model', '--json'];
  const rehearsed = await twin([...rehearse, '--out', join(folder.path, 'rehearsed')]);
  expectSameWords(out, rehearsed.out);
});
