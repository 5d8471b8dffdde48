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

/** As a person would type it: from the current folder, the tool's own files as in a clone, others in full. */
export function nameOf(file: string): string {
  const [fromHere, fromTool] = [relative(process.cwd(), file), relative(ROOT, file)];
  if (!fromTool.startsWith('..') && fromTool !== '') return fromTool;
  return fromHere.startsWith('..') ? file : fromHere;
}

/** The first of these files that is there. */
export const firstOf = (files: readonly string[]): string | undefined => files.find((file) => existsSync(file));
