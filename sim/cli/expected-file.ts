/** The file of expectations on disk: read before a run, written when a run is accepted. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { SimError } from '../errors.ts';
import {
  bookWord,
  parseExpectations,
  renderExpectations,
  updated,
  type ExpectationsFile,
  type ExpectationsKey,
  type UnknownEntry,
} from '../scenario/expectations.ts';
import type { RunSummary } from '../scenario/summary.ts';
import { IS_CLONE, nameOf } from './paths.ts';
import type { Suite } from './suite.ts';

/** What a run is compared with. @throws SimError `SIM_USAGE` when that is ours and would be written */
export function expectedPathOf(
  suite: Suite,
  { expected, updateExpected }: { readonly expected?: string; readonly updateExpected?: true },
): string {
  if (expected === undefined && updateExpected === true && !suite.isOwn && !IS_CLONE)
    throw new SimError('SIM_USAGE', "the expectations of the reference suite are the tool's own and not written here", {
      hint: 'make a suite of your own with npx twin init, or name a file with --expected',
    });
  return expected ?? suite.expected;
}

/** What is on file; nothing when there is no such file yet. @throws SimError `SIM_EXPECTATIONS_INVALID` */
export function readExpected(file: string): ExpectationsFile {
  if (!existsSync(file)) return {};
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SimError('SIM_EXPECTATIONS_INVALID', `${nameOf(file)} can not be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  return parseExpectations(text, nameOf(file));
}

/**
 * What a run writes when it is accepted: one entry for each statement that was judged, and for what the document is silent
 * about and was seen. Of what was not judged nothing was seen: its entry stays.
 */
function resultsOf({ scenarios }: RunSummary): Parameters<typeof updated>[2] {
  const statements = scenarios.flatMap((one) =>
    one.statements
      .filter((s) => s.judged)
      .map((s) => [s.id, { book: bookWord(s.verdict), pain: s.pain, saw: s.reason }] as const),
  );
  const unmentioned = scenarios.flatMap((one) =>
    one.unmentioned
      .filter((u) => u.pain !== 'none')
      .map((u) => [u.id, { book: bookWord('not-in-book'), pain: u.pain, saw: u.sentence }] as const),
  );
  return Object.fromEntries([...statements, ...unmentioned]);
}
/** What was on file and is seen no more. */
const goneFrom = ({ scenarios }: RunSummary): string[] =>
  scenarios.flatMap((one) => one.unmentioned.filter((u) => u.pain === 'none').map((u) => u.id));

/** Says on standard error which entries nothing is compared with: a mistyped one would make its statement new, and no more. */
export function tellUnknown(file: string, unknown: readonly UnknownEntry[]): void {
  for (const { id, nearest } of unknown)
    process.stderr.write(
      `${nameOf(file)}: "${id}" names nothing that is judged. did you mean ${nearest}? nothing is compared with it; --update-expected takes it out\n`,
    );
}

/** Accepts a run as expected. @throws SimError `SIM_OUT_UNWRITABLE` */
export function accept(
  file: string,
  all: ExpectationsFile,
  key: ExpectationsKey,
  summary: RunSummary,
  unknown: readonly UnknownEntry[],
): void {
  const ids = [...unknown.map((one) => one.id), ...goneFrom(summary)];
  const next = updated(all, key, resultsOf(summary), summary.startedAt.slice(0, 7), ids);
  try {
    writeFileSync(file, renderExpectations(next));
  } catch (cause) {
    throw new SimError('SIM_OUT_UNWRITABLE', `${nameOf(file)} can not be written: ${(cause as Error).message}`, {
      hint: 'the run itself is stored; make the file writable and run it again with --update-expected',
      cause,
    });
  }
  const { notJudged } = summary.totals;
  const left = notJudged === 0 ? '' : `; ${notJudged} that were not judged stay as they were`;
  process.stderr.write(`wrote ${nameOf(file)}: review and commit it like a snapshot${left}\n`);
}
