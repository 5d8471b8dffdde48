/** The file of expectations on disk: read before a run, written when a run is accepted. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { SimError } from '../errors.ts';
import {
  bookWord,
  isExplained,
  parseExpectations,
  renderExpectations,
  select,
  updated,
  type Expectations,
  type ExpectationsFile,
  type ExpectationsKey,
  type UnknownEntry,
} from '../scenario/expectations.ts';
import { openExitOf } from '../scenario/summarise.ts';
import { UNMENTIONED, type RunSummary } from '../scenario/summary.ts';
import { isKnown } from '../scenario/unmentioned.ts';
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

/** What a check is compared with. */
export const NOTHING_ON_FILE = {
  expectations: {},
  expectedFile: 'a file of expectations: a check has none',
  ci: false,
} as const;

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
/** What was on file and is seen no more. What somebody gave a reason for stays: it may come and go, as races do. */
function goneFrom({ scenarios }: RunSummary, onFile: Expectations): string[] {
  const told = new Map(scenarios.flatMap((one) => one.unmentioned.map((u) => [u.id, u.pain])));
  const proven = scenarios.flatMap((one) => one.plays.filter((play) => play.pain !== 'unknown'));
  const untold = proven.flatMap(({ scenario, variant, ledger }) =>
    UNMENTIONED.filter((kind) => isKnown(kind, ledger))
      .map((kind) => `${scenario}/${variant}/${kind}`)
      .filter((id) => !told.has(id)),
  );
  return [
    ...[...told].flatMap(([id, pain]) => (pain === 'none' ? [id] : [])),
    ...untold.filter((id) => {
      const entry = onFile[id];
      return entry !== undefined && !isExplained(entry);
    }),
  ];
}

/** What a run could not say: it cannot be accepted either. */
const notSaid = ({ scenarios, totals }: RunSummary): number =>
  totals.notJudged +
  scenarios.flatMap(({ plays, statements }) =>
    plays.filter(
      ({ steady, unproven, variant }) =>
        (!steady || unproven !== undefined) && !statements.some((s) => s.variant === variant),
    ),
  ).length;

/** Exit of a run that is accepted: no statement is a finding any more, and where nothing could be accepted it stays what it is. */
export const exitOfAccepted = ({ scenarios }: RunSummary): number => openExitOf(scenarios, () => false);

/** Says on standard error which entries nothing is compared with: a mistyped one would make its statement new, and no more. */
export function tellUnknown(file: string, unknown: readonly UnknownEntry[]): void {
  for (const { id, nearest } of unknown)
    process.stderr.write(
      `${nameOf(file)}: "${id}" names nothing that is judged. did you mean ${nearest}? nothing is compared with it; --update-expected takes it out\n`,
    );
}

/**
 * Accepts a run as expected: puts it into the file as it is now, for a run takes minutes.
 * @throws SimError `SIM_OUT_UNWRITABLE`, `SIM_EXPECTATIONS_INVALID`
 */
export function accept(
  file: string,
  key: ExpectationsKey,
  summary: RunSummary,
  unknown: readonly UnknownEntry[],
): void {
  const all = readExpected(file);
  const ids = [...unknown.map((one) => one.id), ...goneFrom(summary, select(all, key))];
  const next = updated(all, key, resultsOf(summary), summary.startedAt.slice(0, 7), ids);
  try {
    writeFileSync(file, renderExpectations(next));
  } catch (cause) {
    throw new SimError('SIM_OUT_UNWRITABLE', `${nameOf(file)} can not be written: ${(cause as Error).message}`, {
      hint: 'the run itself is stored; make the file writable and run it again with --update-expected',
      cause,
    });
  }
  const open = notSaid(summary);
  const left = open === 0 ? '' : `; ${open} that were not judged stay as they were`;
  process.stderr.write(`wrote ${nameOf(file)}: review and commit it like a snapshot${left}\n`);
}
