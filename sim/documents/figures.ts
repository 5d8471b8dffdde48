/**
 * Latency figures of a document: in tables, and in sentences. Which way each is about is read by `ways.ts`. A figure in a
 * sentence is taken only where the sentence speaks of latency: time-outs and intervals are durations too.
 */
import { TWIN_COLUMNS } from '../scenario/checked.ts';
import { ENDS } from './column-titles.ts';
import { LATENCY_ABROAD, ONE_WAY, ROUND_TRIP, TOTAL_ABROAD } from './directions.ts';
import { durationsIn, hasLostDashes, readDuration, type Duration } from './durations.ts';
import { readTables, type DocumentTable } from './markdown.ts';
import { readProse } from './prose.ts';

export interface WrittenFigure extends Duration {
  readonly line: number;
  readonly label: string;
  /** As written. */
  readonly text: string;
  /** The statement that it stands in, as written. */
  readonly said: string;
  /** The title of its column, with what stands beside it in the row; absent in a sentence. */
  readonly title?: string;
  /** The heading above it. */
  readonly heading: string;
  /** What was said in the section before it. */
  readonly before: string;
  /** Line of the title row of its table; absent in a sentence. */
  readonly table?: number;
  /** Which column of it. */
  readonly column?: number;
  /** One of several that are added up: it stands before or behind a plus. */
  readonly isTerm?: true;
  /** Which sentence of the document it stands in; absent in a table. */
  readonly sentence?: string;
}

const OURS: readonly string[] = TWIN_COLUMNS;
const LATENCY =
  /\b(?:latenc(?:y|ies)|rtt|round[- ]trips?|pings?|delay|hops?|response times?|one[- ]way|budget|milliseconds?|ms)\b/i;
const OF_LATENCY =
  /\b(?:latency|rtt|round[- ]trips?|pings?|quer(?:y|ies)|handshake|totals?|hops?|one[- ]way|takes?|typical(?:ly)?|(?:warm|cold|new) connection|cold|warm)\b/i;
const OF_TIMERS =
  /\b(?:time-?outs?|timed out|ttl|intervals?|every|grace|expir\w+|retention|retry|retries|back-?off|within|cached? for|polls?|period|lease|deadline)\b/i;

/** What is aimed at is not what it takes. */
const OF_TARGETS = /\b(?:slos?|slis?|service[- ]level|objectives?|error budgets?)\b/i;

/** Where one statement of a sentence ends: "often <10 ms warm, ~80 ms cold" makes two; so does each term of a sum. */
const CLAUSE = /[,;](?=\s)|[.!?](?=\s|$)|\s[–—]\s|\s[+=](?=\s[~≈<>]?\d)/u;
const DASH = /[–—]/;
/** "Mexico City – Madrid: 148 ms" is one way, not two statements. */
const ENDS_OF_A_WAY = /^\P{N}{0,40}$/u;
/** A statement of nothing but a figure says more of what stands before it: "São Paulo to us-east-1, ~120 ms RTT". */
const NOTHING_ELSE = new RegExp(
  String.raw`^(?:${ROUND_TRIP.source}|${ONE_WAY.source}|[^\p{L}]|\b(?:about|around|so)\b)*$`,
  'iu',
);

/** Tables of settings hold durations too: one of latencies says so, in a title, above it or in a row. */
function speaksOfLatency({ heading, lead = '', header, rows }: DocumentTable): boolean {
  if (OF_TARGETS.test([heading, ...header].join(' '))) return false;
  const said = [heading, lead, ...header, ...rows.map((row) => row.cells[0] ?? '')].join(' ');
  return [LATENCY, LATENCY_ABROAD, UNIT_ABOVE].some((words) => words.test(said));
}

/** Where a table names its ways: in its first column that is no mere number, or each end in one of its own. */
function namingOf({ header, rows }: DocumentTable): readonly number[] {
  const [from = -1, to = -1] = [ENDS.from, ENDS.to].map((title) => header.findIndex((one) => title.test(one)));
  if (from >= 0 && to >= 0 && from !== to) return [from, to];
  const isNumbers = (index: number): boolean => {
    const cells = rows.map((row) => row.cells[index] ?? '');
    return cells.some((cell) => cell !== '') && cells.every((cell) => /^[\d.)#]*$/.test(cell));
  };
  return [
    Math.max(
      0,
      header.findIndex((_title, index) => !isNumbers(index)),
    ),
  ];
}
/** The unit of a column that has it in its title: "ms", "Latency (ms)". */
const UNIT_ABOVE =
  /(?<![\p{L}\p{N}])(?:(µs)|ms|milliseconds?|millisekunden|milisegundos|millisecondes)(?![\p{L}\p{N}])/iu;
const withUnit = (cell: string, title: string): string => {
  const unit = UNIT_ABOVE.exec(title);
  return unit !== null && /^[^\p{L}]*\d[^\p{L}]*$/u.test(cell) ? `${cell} ${unit[1] ?? 'ms'}` : cell;
};

function inTables(all: readonly DocumentTable[], dashesLost: boolean): WrittenFigure[] {
  return all.filter(speaksOfLatency).flatMap((table) => {
    const naming = namingOf(table);
    return table.rows.flatMap((row): WrittenFigure[] => {
      const name = naming.map((index) => row.cells[index] ?? '').join(' → ');
      if (OF_TIMERS.test(name)) return [];
      const cells = row.cells.flatMap((text, index) => {
        const title = table.header[index] ?? '';
        if (naming.includes(index) || OURS.includes(title) || OF_TIMERS.test(title)) return [];
        const written = withUnit(text, title);
        const duration = readDuration(written, dashesLost);
        return duration === undefined ? [] : [{ text: written, duration, title, index }];
      });
      const figures = cells.map(({ index }) => index);
      const beside = row.cells.filter((_cell, index) => !naming.includes(index) && !figures.includes(index)).join(' ');
      return cells.map(({ text, duration, title, index }) => {
        const label = cells.length === 1 ? name : `${name}, ${title}`;
        return {
          line: row.line,
          label,
          said: `${label}: ${text}`,
          text,
          title: `${title} ${beside}`.trim(),
          heading: table.heading,
          before: `${table.lead ?? ''} ${table.header.join(' ')}`,
          table: table.line,
          column: index,
          ...duration,
        };
      });
    });
  });
}

/** Nobody says in more words than these what one figure is of; all of a long text around each would never end. */
const AROUND_CHARS = 300;
/** More figures than any book has in its sentences; further ones are not read. */
export const MOST_FIGURES = 2_000;
/** From where in what stands before a figure, and to where in what follows it, one statement goes. */
function statementAround(from: string, figure: string, rest: string): readonly [start: number, end: number] {
  const starts = [...`${from}${figure}`.matchAll(new RegExp(CLAUSE, 'gu'))]
    .filter((match) => match.index < from.length)
    .reduce<readonly number[]>((ends, { index, 0: sign }) => {
      const name = from.slice(ends.at(-1) ?? 0, index);
      return DASH.test(sign) && ENDS_OF_A_WAY.test(name) ? ends : [...ends, index + 1];
    }, []);
  const [last = 0, earlier = 0] = starts.toReversed();
  const end = CLAUSE.exec(rest)?.index ?? rest.length;
  const isMore =
    /[,:]/.test(from[last - 1] ?? '') &&
    NOTHING_ELSE.test(`${from.slice(last)} ${rest.slice(0, end)}`) &&
    !/\d/.test(from.slice(earlier, last).replaceAll(/\p{L}[\p{L}\p{Pd}]*\d+/gu, ''));
  return [isMore ? earlier : last, end];
}
/** The number of the sentence in which a character stands; asked in the order of the text. */
function countingSentences(text: string): (index: number) => number {
  const ends = [...text.matchAll(/[.!?](?=\s)/g)].map((match) => match.index);
  let at = 0;
  return (index) => {
    while ((ends[at] ?? Infinity) < index) at++;
    return at;
  };
}

function inProse(markdown: string, dashesLost: boolean): WrittenFigure[] {
  let left = MOST_FIGURES;
  return readProse(markdown.split(/\r\n|\n|\r/)).flatMap((block) => {
    const about = `${block.text} ${block.heading} ${block.before}`;
    if (![OF_LATENCY, LATENCY_ABROAD, TOTAL_ABROAD].some((words) => words.test(about))) return [];
    const sentenceOf = countingSentences(block.text);
    const durations = durationsIn(block.text, dashesLost).slice(0, left);
    left -= durations.length;
    return durations.flatMap(({ text, index, ...duration }): WrittenFigure[] => {
      const from = block.text.slice(Math.max(0, index - AROUND_CHARS), index);
      const rest = block.text.slice(index + text.length).slice(0, AROUND_CHARS);
      const [start, end] = statementAround(from, text, rest);
      const label = `${from.slice(start)} ${rest.slice(0, end)}`
        .replaceAll(/\s+/g, ' ')
        .replace(/^\W+|[\s:~(]+$/g, '')
        .trim();
      if (OF_TIMERS.test(label)) return [];
      const { heading, lineAt } = block;
      const said = `${from.slice(start)}${text}${rest.slice(0, end)}`.trim();
      const before = `${block.before} ${from}`;
      const sentence = `${lineAt(0)}.${sentenceOf(index)}`;
      const isTerm = /^\s*\+/.test(rest.slice(end)) || /^\s*\+/.test(rest) || said.startsWith('+');
      const term = isTerm ? ({ isTerm } as const) : {};
      return [{ line: lineAt(index), label, said, text, heading, before, sentence, ...term, ...duration }];
    });
  });
}

/** All latency figures of a document, in the order of its lines. */
export function readFigures(markdown: string, all = readTables(markdown)): WrittenFigure[] {
  const dashesLost = hasLostDashes(markdown);
  return [...inTables(all, dashesLost), ...inProse(markdown, dashesLost)].toSorted((a, b) => a.line - b.line);
}
