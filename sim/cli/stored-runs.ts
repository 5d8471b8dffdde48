/** Runs that are stored: found by name, read back, and the one before another. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JOURNAL_FILE, readJournal } from '../../reports/read.ts';
import { summarySchema } from '../../reports/summary-schema.ts';
import { LATEST } from '../../reports/write.ts';
import { SimError } from '../errors.ts';
import type { Entry } from '../runtimes/entries.ts';
import { sinceRun } from '../scenario/compare-runs.ts';
import type { RunSummary } from '../scenario/summary.ts';

/** Names of the runs in a folder, the newest last: a run's name begins with its time. */
const storedIn = (out: string): string[] =>
  (existsSync(out) ? readdirSync(out) : [])
    .filter((name) => name !== LATEST && existsSync(join(out, name, JOURNAL_FILE)))
    .toSorted();

/** A run's folder by its name, a path to it, or `latest`. @throws SimError `SIM_RUN_NOT_FOUND` */
export function folderOf(run: string, out: string): string {
  const found = [join(out, run), run].find((folder) => existsSync(join(folder, JOURNAL_FILE)));
  // Its own name, not `latest`: that link would come to point at itself.
  if (found !== undefined) return realpathSync(found);
  const stored = storedIn(out);
  throw new SimError('SIM_RUN_NOT_FOUND', `no stored run "${run}"`, {
    hint: stored.length === 0 ? 'none is stored yet: npx twin rehearse' : `stored: ${stored.slice(-5).join(', ')}`,
  });
}

/** A run's journal; that its end is missing is said on standard error. */
export async function entriesOf(folder: string): Promise<Entry[]> {
  const { entries, notice } = await readJournal(folder);
  if (notice !== undefined) process.stderr.write(`${notice}\n`);
  return entries;
}

/** What a run came to as it was told then; undefined where it left no such page, or one that this tool does not read. */
function toldIn(folder: string): RunSummary | undefined {
  try {
    const parsed = summarySchema.safeParse(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')));
    return parsed.success ? (parsed.data as RunSummary) : undefined;
  } catch {
    return undefined;
  }
}

/** The documents whose sentences were judged: those of another one are no earlier verdicts on these. */
const documentsOf = ({ scenarios }: RunSummary): Set<string> =>
  new Set(scenarios.flatMap((one) => one.statements.map(({ source }) => source.file)));
const isOfOtherDocument = (one: RunSummary, other: RunSummary): boolean => {
  const [mine, theirs] = [documentsOf(one), documentsOf(other)];
  return mine.size > 0 && theirs.size > 0 && mine.isDisjointFrom(theirs);
};

const isLike = (one: RunSummary, other: RunSummary): boolean =>
  one.mode === 'normal' &&
  one.ended === 'complete' &&
  one.startedAt < other.startedAt &&
  one.topology.id === other.topology.id &&
  one.runtime === other.runtime &&
  one.api === other.api &&
  !isOfOtherDocument(one, other);

/**
 * The summary, with what changed since the newest whole run before it of the same topology (with the same `--set`), document,
 * runtime and api that is stored beside it. Runs by hand, without a fault or with a misdirected one are compared with none, and none with them.
 * @param folder  the run's own
 */
export function withLastRun(summary: RunSummary, folder: string): RunSummary {
  if (summary.mode !== 'normal') return summary;
  const out = dirname(folder);
  for (const name of storedIn(out).toReversed()) {
    const last = toldIn(join(out, name));
    if (last !== undefined && isLike(last, summary)) return { ...summary, lastRun: sinceRun(last, summary) };
  }
  return summary;
}
