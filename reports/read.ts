/** A stored run back from its folder: its journal, line by line, checked for version and shape. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { SimError } from '../sim/errors.ts';
import { JOURNAL_VERSION } from '../sim/journal.ts';
import type { Entry } from '../sim/runtimes/entries.ts';

export const JOURNAL_FILE = 'journal.jsonl';
export interface StoredJournal {
  readonly entries: Entry[];
  /** Set when the last line was cut off, as a killed run leaves it; it is left out. To be told to the user. */
  readonly notice: string | undefined;
}

async function storedRuns(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const newest = names
    .filter((name) => name !== 'latest')
    .toSorted()
    .slice(-5);
  return newest.length === 0 ? `no run is stored in ${folder} yet` : `stored runs: ${newest.join(', ')}`;
}

/** Its lines, the last one being what stands after the last newline. In pieces: a day of `twin up` is more than a string holds. */
async function* load(runDir: string): AsyncGenerator<readonly string[], void> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path.join(runDir, JOURNAL_FILE), { encoding: 'utf8' })) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield lines;
    }
    yield [rest];
  } catch (cause) {
    throw new SimError('SIM_RUN_NOT_FOUND', `${runDir}: no stored run, ${JOURNAL_FILE} cannot be read`, {
      hint: await storedRuns(path.dirname(runDir)),
      cause,
    });
  }
}

function parseLine(text: string): Entry | undefined {
  try {
    const value = JSON.parse(text) as { kind?: unknown; atMs?: unknown } | null;
    return typeof value?.kind === 'string' && typeof value.atMs === 'number' ? (value as Entry) : undefined;
  } catch {
    return undefined;
  }
}

function entryOf(line: string, where: string): Entry {
  const entry = parseLine(line);
  if (entry !== undefined) return entry;
  throw new SimError('SIM_JOURNAL_INVALID', `${where}: not an entry of a journal: ${line.slice(0, 60)}`);
}

function checkVersion(file: string, first: Entry | undefined): void {
  if (first?.kind !== 'run')
    throw new SimError(
      'SIM_JOURNAL_INVALID',
      `${file}:1: not a journal of this tool: the first entry must be of kind "run"`,
    );
  if (first.version === JOURNAL_VERSION) return;
  const hint =
    first.version > JOURNAL_VERSION ? 'use the newer version of this tool that wrote it' : 'play the run again';
  throw new SimError(
    'SIM_JOURNAL_INVALID',
    `${file}:1: journal version ${String(first.version)}, this tool reads version ${JOURNAL_VERSION}`,
    { hint },
  );
}

/**
 * All entries of a run's journal, in order.
 * @throws SimError `SIM_RUN_NOT_FOUND` when the folder holds none, `SIM_JOURNAL_INVALID` when it is not ours or damaged inside
 */
export async function readJournal(runDir: string): Promise<StoredJournal> {
  const file = path.join(runDir, JOURNAL_FILE);
  const entries: Entry[] = [];
  // A whole journal ends with a newline: what stands after the last one was being written when the run died.
  let tail: string | undefined;
  for await (const lines of load(runDir))
    for (const line of lines) {
      if (tail !== undefined) entries.push(entryOf(tail, `${file}:${entries.length + 1}`));
      tail = line;
    }
  checkVersion(file, entries[0]);
  const notice =
    tail === undefined || tail === ''
      ? undefined
      : `${file}: the last line is cut off after ${tail.length} characters and was left out; the run ended before it was whole`;
  return { entries, notice };
}
