/**
 * Latency figures of a document: in tables, and in sentences. Which way each is about is read by `ways.ts`. A figure in a
 * sentence is taken only where the sentence speaks of latency: time-outs and intervals are durations too.
 */
import { TWIN_COLUMNS } from '../scenario/checked.ts';
import { ENDS } from './column-titles.ts';
import { LATENCY_ABROAD } from './directions.ts';
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
  /** The title of its column; absent in a sentence. */
  readonly title?: string;
  /** The heading above it. */
  readonly heading: string;
  /** What was said in the section before it. */
  readonly before: string;
  /** Line of the title row of its table; absent in a sentence. */
  readonly table?: number;
}

const OURS: readonly string[] = TWIN_COLUMNS;
const LATENCY =
  /\b(?:latenc(?:y|ies)|rtt|round[- ]trips?|pings?|delay|hops?|response times?|one[- ]way|budget|milliseconds?|ms)\b/i;
const OF_LATENCY =
  /\b(?:latency|rtt|round[- ]trips?|pings?|quer(?:y|ies)|handshake|totals?|hops?|one[- ]way|takes?|typical(?:ly)?|(?:warm|cold|new) connection|cold|warm)\b/i;
const OF_TIMERS =
  /\b(?:time-?outs?|timed out|ttl|intervals?|every|grace|expir\w+|retention|retry|retries|back-?off|within|cached? for|polls?|period|lease|deadline)\b/i;

/** Where one statement of a sentence ends: "often <10 ms warm, ~80 ms cold" makes two. */
const CLAUSE = /[,;](?=\s)|[.!?](?=\s|$)|\s[–—]\s/u;

/** Tables of settings hold durations too: one of latencies says so, in a title, above it or in a row. */
function speaksOfLatency({ heading, header, rows }: DocumentTable): boolean {
  const said = [heading, ...header, ...rows.map((row) => row.cells[0] ?? '')].join(' ');
  return LATENCY.test(said) || LATENCY_ABROAD.test(said);
}

/** Where a table names its ways: in its first column, or each end in one of its own. */
function namingOf(header: readonly string[]): readonly number[] {
  const [from, to] = [ENDS.from, ENDS.to].map((title) => header.findIndex((one) => title.test(one)));
  return from === undefined || to === undefined || from < 0 || to < 0 || from === to ? [0] : [from, to];
}

function inTables(all: readonly DocumentTable[], dashesLost: boolean): WrittenFigure[] {
  return all.filter(speaksOfLatency).flatMap((table) => {
    const naming = namingOf(table.header);
    return table.rows.flatMap((row): WrittenFigure[] => {
      const name = naming.map((index) => row.cells[index] ?? '').join(' → ');
      if (OF_TIMERS.test(name)) return [];
      const cells = row.cells.flatMap((text, index) => {
        const title = table.header[index] ?? '';
        if (naming.includes(index) || OURS.includes(title) || OF_TIMERS.test(title)) return [];
        const duration = readDuration(text, dashesLost);
        return duration === undefined ? [] : [{ text, duration, title }];
      });
      return cells.map(({ text, duration, title }) => {
        const label = cells.length === 1 ? name : `${name}, ${title}`;
        return {
          line: row.line,
          label,
          said: `${label}: ${text}`,
          text,
          title,
          heading: table.heading,
          before: `${table.lead ?? ''} ${table.header.join(' ')}`,
          table: table.line,
          ...duration,
        };
      });
    });
  });
}

function inProse(markdown: string, dashesLost: boolean): WrittenFigure[] {
  return readProse(markdown.split(/\r\n|\n|\r/)).flatMap((block) => {
    if (!OF_LATENCY.test(`${block.text} ${block.heading}`)) return [];
    return durationsIn(block.text, dashesLost).flatMap(({ text, index, ...duration }): WrittenFigure[] => {
      const from = block.text.slice(0, index);
      const start = Math.max(0, ...[...from.matchAll(new RegExp(CLAUSE, 'gu'))].map((match) => match.index + 1));
      const rest = block.text.slice(index + text.length);
      const end = CLAUSE.exec(rest)?.index ?? rest.length;
      const label = `${from.slice(start)} ${rest.slice(0, end)}`
        .replaceAll(/\s+/g, ' ')
        .replace(/^\W+|[\s:~(]+$/g, '')
        .trim();
      if (OF_TIMERS.test(label)) return [];
      const { heading, before } = block;
      const said = `${from.slice(start)}${text}${rest.slice(0, end)}`.trim();
      return [{ line: block.lineAt(index), label, said, text, heading, before: `${before} ${from}`, ...duration }];
    });
  });
}

/** All latency figures of a document, in the order of its lines. */
export function readFigures(markdown: string, all = readTables(markdown)): WrittenFigure[] {
  const dashesLost = hasLostDashes(markdown);
  return [...inTables(all, dashesLost), ...inProse(markdown, dashesLost)].toSorted((a, b) => a.line - b.line);
}
