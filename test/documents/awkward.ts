/** Documents of five megabytes that a parser may choke on, by what is awkward about them. */
const MEGABYTES = 5;
const fill = (piece: string): string => piece.repeat(Math.ceil((MEGABYTES * 1024 * 1024) / piece.length));

const HEAD = '| Component | Failure | Impact | Fix |\n|---|---|---|---|\n';
const ROW = '| Redis | down | every read returns 500 for 5 s | restart |\n';
export const AWKWARD: Readonly<Record<string, () => string>> = {
  prose: () => fill('The cache is slow, a query takes 12 ms from Frankfurt to Dublin. Nobody notices.\n\n'),
  'one table': () => HEAD + fill(ROW),
  'tables, each of one row': () => fill(`${HEAD}${ROW}\n`),
  'tables of latencies': () => fill('| From | To | Latency |\n|---|---|---|\n| api | Redis | 515 ms |\n\n'),
  'sections of a runbook': () => fill('## Redis down\n\n- Impact: lists fail\n- Fix: restart\n\n'),
  'one line': () => fill('Redis down works 502 '),
  'one cell': () => `${HEAD}| ${fill('down ')} | down | works | |\n`,
  'a row of pipes': () => `${HEAD}${fill('|')}\n`,
  'pipes on lines': () => fill('|\n'),
  'quotes in quotes': () => fill('> '),
  'lists in lists': () => fill('- '),
  'a list that goes deeper by a line': () =>
    Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth)}- x`).join('\n'),
  'open brackets': () => fill('['),
  'brackets in cells': () => `${HEAD}${fill('| ([{(( | down | works | |\n')}`,
  'stars and underscores': () => fill('*a_ '),
  backticks: () => Array.from({ length: 3_000 }, (_, length) => '`'.repeat(length)).join(' '),
  'words that lead nowhere': () =>
    HEAD +
    fill(
      `| Redis down | routes ${'all new the its our '.repeat(25)}away from the a b | within ${'10-'.repeat(150)}5 min | |\n`,
    ),
  comments: () => fill('<!-- twin: scenario=redis-down -->\n'),
  'a comment that never ends': () => `${HEAD}${ROW}<!-- ${fill('x ')}`,
  'a fence that never ends': () => `\`\`\`\n${fill(ROW)}`,
  digits: () => fill('1,111,'),
  'digits and dashes': () => fill('5–15 – '),
  tags: () => fill('<b>'),
  'figures without an end': () => `# Latency\n\n${fill(`${'5 ms '.repeat(300)}\n`)}`,
  'sums without an end': () => `# Latency\n\n${fill(`${'5 ms + '.repeat(250)}= 1 s\n`)}`,
  blanks: () => `${fill(' ')}\n`,
  'tabs and line ends': () => fill('\t\r\n'),
  'combining marks': () => `e${fill('\u0301')}`,
  'wide digits': () => fill('５２２ ｍｓ '),
  'links in links': () => fill('[a](b '),
  references: () => fill('[a]: b\n'),
  'a heading of blanks': () => `# a${fill(' ')}b\n`,
  'a comment of blanks': () => `${HEAD}${ROW}<!-- twin:${fill(' ')}\n${ROW}`,
  headings: () => fill('# Redis down\n'),
};
