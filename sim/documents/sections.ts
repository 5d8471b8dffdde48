/**
 * Failures that have a section of their own, as runbooks write them: the heading says what fails, labelled lines below it
 * what users see and how it ends.
 *
 *   ## RB-07 Redis unavailable
 *   - **User impact:** lists are slower
 *   - **Recovery:** restart Redis
 */
import { COLUMN_TITLES } from './column-titles.ts';
import { aboutOf, type About, type Lexicon } from './concepts.ts';
import type { FailureRow } from './failure-table.ts';
import { readProse } from './prose.ts';
import { ON_PURPOSE } from './vocabulary.ts';

interface Labelled {
  readonly label: string;
  readonly text: string;
  readonly line: number;
}
const LABELLED = /^([^:]{1,40}?)(?::|\s[—–-])\s+(\S.*)$/su;

/** A procedure has such sections too. */
const tellsOfFailure = ({ parts, others, ways }: About): boolean =>
  parts.size + others.size > 0 && [...ways].some((way) => !ON_PURPOSE.includes(way));
/** Only titles that say so by themselves: "Users:" and "Result:" stand above other things as well. */
const SURE = { sees: COLUMN_TITLES.sees.slice(0, 3), recovers: COLUMN_TITLES.recovers.slice(0, 1) };
/** What is aimed at is not what happens. */
const OBJECTIVE = /\b(?:objective|target|sl[aoi])\b/iu;
const labelledBy = (patterns: readonly RegExp[], lines: readonly Labelled[]): Labelled | undefined =>
  patterns.flatMap((pattern) => lines.filter(({ label }) => pattern.test(label) && !OBJECTIVE.test(label)))[0];

interface Section {
  readonly heading: string;
  /** Of its first line. */
  readonly line: number;
  readonly lines: Labelled[];
}
function sectionsIn(markdown: string): Section[] {
  const sections: Section[] = [];
  for (const { heading, text, lineAt, before } of readProse(markdown.split(/\r\n|\n|\r/))) {
    // A heading of the same words may begin another section: nothing stands before its first line.
    if (sections.at(-1)?.heading !== heading || before === '') sections.push({ heading, line: lineAt(0), lines: [] });
    const [, label = '', said] = LABELLED.exec(text) ?? [];
    if (said !== undefined) sections.at(-1)?.lines.push({ label, text: said.trim(), line: lineAt(0) });
  }
  return sections;
}
function rowOf({ heading, lines }: Section): FailureRow | undefined {
  const [sees, recovers] = [labelledBy(SURE.sees, lines), labelledBy(SURE.recovers, lines)];
  if (sees === undefined) return undefined;
  return {
    line: sees.line,
    layer: heading,
    sees: sees.text,
    recovers: recovers?.text ?? '',
    ...(recovers === undefined ? {} : { recoversLine: recovers.line }),
  };
}

export interface Sections {
  /** One row a section whose heading says that a part fails and in which users' side is told. */
  readonly rows: readonly FailureRow[];
  /** First lines of sections of such headings in which no line is marked as what users see. */
  readonly silent: readonly number[];
}
export function readSections(markdown: string, lexicon: Lexicon): Sections {
  const failing = sectionsIn(markdown).filter(({ heading }) => tellsOfFailure(aboutOf(heading, lexicon)));
  const read = failing.map((section) => ({ line: section.line, row: rowOf(section) }));
  return {
    rows: read.flatMap(({ row }) => row ?? []),
    silent: read.flatMap(({ line, row }) => (row === undefined ? [line] : [])),
  };
}
export const failureSections = (markdown: string, lexicon: Lexicon): readonly FailureRow[] =>
  readSections(markdown, lexicon).rows;
