/**
 * What `npm pack` packs, made into dist/: our code as JavaScript, because Node strips no types under node_modules, and
 * beside it, as in the clone, every file that it reads by path. Runs as `prepack`; `postpack` takes dist/ away again.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const DIST = join(ROOT, 'dist');
/** A clone's own: its first command, its compiler's settings, its runs, pages for those who work on it. And the schema of reports, which is packed where pages name it. */
const NOT_PACKED = /^(?:bootstrap|packages)\.mjs$|^tsconfig\..*|^out$|^README\.md$|^summary\.schema\.json$/;

rmSync(DIST, { recursive: true, force: true });
if (!process.argv.includes('--clean')) {
  // Types only of what the entries show.
  for (const project of ['tsconfig.json', 'tsconfig.types.json'])
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', join(import.meta.dirname, project)], { stdio: 'inherit' });
  for (const room of ['sim', 'scenarios', 'topology', 'reports'])
    cpSync(join(ROOT, room), join(DIST, room), {
      recursive: true,
      filter: (file) => !NOT_PACKED.test(basename(file)) && !file.endsWith('.ts'),
    });
}
