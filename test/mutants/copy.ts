/** A copy of the project in a temporary folder, with a mutant's patches in it; gone when disposed. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patched, type Patch } from './mutant.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
const COPIED = ['sim', 'topology', 'scenarios', 'reports', 'package.json'];
/** Runs that were played in the original. */
const RUNS = join(ROOT, 'reports', 'out');

export const readOriginal = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

export interface Copy extends Disposable {
  readonly root: string;
}
export function makeCopy(patches: readonly Patch[]): Copy {
  const root = mkdtempSync(join(tmpdir(), 'twin-mutant-'));
  const copy: Copy = { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
  try {
    for (const name of COPIED)
      cpSync(join(ROOT, name), join(root, name), { recursive: true, filter: (source) => source !== RUNS });
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    for (const patch of patches) {
      const file = join(root, patch.file);
      writeFileSync(file, patched(readFileSync(file, 'utf8'), patch));
    }
    return copy;
  } catch (error) {
    copy[Symbol.dispose]();
    throw error;
  }
}
