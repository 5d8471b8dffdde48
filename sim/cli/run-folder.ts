/** Where a run's files go, and its journal while it is being written. */
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
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

/** As much text is kept back where a lost run costs seconds: one call to the system for some hundred entries. */
const KEPT_BACK = 256 * 1024;

/**
 * Opens the journal of a run. Each entry is on disk before the next: a killed run leaves a readable journal.
 * @param inBulk  entries may be on disk later, at the end at the latest: for a run that another second gives again
 * @throws SimError `SIM_OUT_UNWRITABLE`, also when the disk fills up later
 */
export function openJournalFile(runId: string, reports = REPORTS, inBulk = false): JournalFile {
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
  let kept = '';
  const write = (): void => {
    const text = kept;
    kept = '';
    try {
      writeFileSync(fd, text);
    } catch (cause) {
      throw unwritable(file, cause);
    }
  };
  return {
    folder,
    append(entry) {
      kept += `${JSON.stringify(entry)}\n`;
      if (!inBulk || entry.kind === 'run-end' || kept.length > KEPT_BACK) write();
    },
    [Symbol.dispose]() {
      try {
        if (kept !== '') write();
      } finally {
        closeSync(fd);
      }
    },
  };
}
