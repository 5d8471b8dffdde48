/** Where a run's files go, and its journal while it is being written. */
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SimError } from '../errors.ts';
import type { JournalEntry } from '../journal.ts';
import { REPORTS } from './paths.ts';

/** `2026-11-23T14-09-31-3fa2`: sorts by time, never twice the same. */
export const newRunId = (now: Date): string =>
  `${now.toISOString().slice(0, 19).replaceAll(':', '-')}-${randomBytes(2).toString('hex')}`;

export interface JournalFile extends Disposable {
  readonly folder: string;
  append(entry: JournalEntry): void;
}

function unwritable(file: string, cause: unknown): SimError {
  return new SimError('SIM_OUT_UNWRITABLE', `${file} can not be written: ${(cause as Error).message}`, {
    hint: 'make room, or give this user the right to write there',
    cause,
  });
}

/**
 * Opens the journal of a run. Each entry is on disk before the next: a killed run leaves a readable journal.
 * @throws SimError `SIM_OUT_UNWRITABLE`, also when the disk fills up later
 */
export function openJournalFile(runId: string, reports = REPORTS): JournalFile {
  const folder = join(reports, runId);
  const file = join(folder, 'journal.jsonl');
  let fd: number;
  try {
    mkdirSync(folder, { recursive: true });
    // In somebody's repository, runs are not to be committed.
    if (reports === REPORTS && !existsSync(join(reports, '.gitignore')))
      writeFileSync(join(reports, '.gitignore'), '*\n');
    fd = openSync(file, 'a', 0o600);
  } catch (cause) {
    throw unwritable(file, cause);
  }
  return {
    folder,
    append(entry) {
      try {
        writeSync(fd, `${JSON.stringify(entry)}\n`);
      } catch (cause) {
        throw unwritable(file, cause);
      }
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
}
