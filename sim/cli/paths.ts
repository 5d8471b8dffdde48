/** Where the tool's own files are, in a clone and in the package, and how files are called in messages. */
import { existsSync } from 'node:fs';
import { extname, join, relative } from 'node:path';

/** Holds sim/, topology/, scenarios/ and reports/: the clone, or the package's dist/. */
export const ROOT = join(import.meta.dirname, '..', '..');
/** What our own code ends in here: `.ts` in a clone, `.js` in the package. */
export const CODE = extname(import.meta.filename);
/** A clone's files may be changed by whoever runs it; a package's are replaced with its next version. */
export const IS_CLONE = CODE === '.ts';
/** Where what was fetched or prepared once is kept: TWIN_CACHE, or the clone's or package's own folder. */
export const CACHE = process.env['TWIN_CACHE'] ?? join(ROOT, IS_CLONE ? '' : '..', '.cache');
/** Where runs are stored unless a command says otherwise. */
export const REPORTS = join(process.cwd(), 'reports', 'out');

const isOutside = (path: string): boolean => path === '..' || path.startsWith('../');

/**
 * As a person would type it: from the current folder, the tool's own files as in a clone, others in full.
 * @param here  where it is typed
 */
export function nameOf(file: string, here = process.cwd()): string {
  const [fromHere, fromTool] = [relative(here, file), relative(ROOT, file)];
  const isBelow = !isOutside(fromHere);
  const isOurs = !isOutside(fromTool) && fromTool !== '';
  // In a clone what lies below the current folder is reached from there.
  if (isOurs && !(isBelow && !isOutside(relative(ROOT, here)))) return fromTool;
  return isBelow ? fromHere || '.' : file;
}

/** The first of these files that is there. */
export const firstOf = (files: readonly string[]): string | undefined => files.find((file) => existsSync(file));
