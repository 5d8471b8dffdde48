/** Writes all pages of a run into its folder and points `latest` to it. The journal is already there: the run wrote it. */
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SimError } from '../sim/errors.ts';
import type { Entry } from '../sim/runtimes/entries.ts';
import type { RunSummary } from '../sim/scenario/summary.ts';
import { correctedTable } from './corrected.ts';
import { renderHtml } from './html/page.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { EXPECTED_FILE } from './words.ts';

export interface WriteOptions {
  /** In CI a statement nobody has accepted yet is a failure of junit.xml. */
  readonly ci: boolean;
  readonly expectedFile?: string;
}
export interface ReportPaths {
  readonly folder: string;
  readonly html: string;
  readonly json: string;
  readonly junit: string;
  readonly markdown: string;
  readonly corrected: string;
  /** The link to the newest complete run; undefined when this run is not that. */
  readonly latest: string | undefined;
}
export const LATEST = 'latest';

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'something else has that name',
  EISDIR: 'a folder has that name',
};
function unwritable(file: string, cause: unknown): SimError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  return new SimError(
    'SIM_OUT_UNWRITABLE',
    `${file}: cannot be written: ${CAUSES[code] ?? String(cause)}${code === '' ? '' : ` (${code})`}`,
    {
      hint: 'make room or give the folder to this user; a run whose journal is whole can be written again with "twin report"',
      cause,
    },
  );
}
async function writing<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** When the run that `latest` points to began; undefined when there is none or it cannot be read. */
async function latestStartedAt(latest: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(path.join(latest, 'summary.json'), 'utf8')) as Pick<RunSummary, 'startedAt'>)
      .startedAt;
  } catch {
    return undefined;
  }
}

/** Rename replaces a link in one step: a reader sees the old run or the new one, never none. */
async function pointLatest(folder: string, summary: RunSummary): Promise<string | undefined> {
  const latest = path.join(path.dirname(folder), LATEST);
  const startedAt = await latestStartedAt(latest);
  if (summary.ended !== 'complete' || (startedAt !== undefined && startedAt > summary.startedAt)) return undefined;
  const next = path.join(path.dirname(folder), `.${LATEST}-${path.basename(folder)}`);
  await writing(latest, async () => {
    await rm(next, { force: true });
    await symlink(path.basename(folder), next, 'dir');
    try {
      await rename(next, latest);
    } catch (error) {
      await rm(next, { force: true });
      throw error;
    }
  });
  return latest;
}

/**
 * Writes index.html, summary.json, junit.xml, summary.md and corrected.md into the folder of a run.
 * @param runDir  the run's own folder, `reports/out/<run>`; made when absent
 * @throws SimError `SIM_OUT_UNWRITABLE` with the path and the cause; `latest` then still points where it did
 */
export async function writeReports(
  runDir: string,
  entries: readonly Entry[],
  summary: RunSummary,
  options: WriteOptions,
): Promise<ReportPaths> {
  const folder = path.resolve(runDir);
  const expectedFile = options.expectedFile ?? EXPECTED_FILE;
  await writing(folder, () => mkdir(folder, { recursive: true }));
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, name);
    await writing(file, () => writeFile(file, text));
    return file;
  };
  const files = {
    html: await write('index.html', renderHtml(entries, summary, { expectedFile })),
    junit: await write('junit.xml', renderJunit(summary, { ci: options.ci, expectedFile })),
    markdown: await write('summary.md', renderMarkdown(summary, expectedFile)),
    corrected: await write('corrected.md', correctedTable(summary)),
    json: await write('summary.json', renderJson(summary)),
  };
  return { folder, ...files, latest: await pointLatest(folder, summary) };
}
