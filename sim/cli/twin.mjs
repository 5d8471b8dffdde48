#!/usr/bin/env node
/** The command `twin`: the command line of main.ts on the pinned Node. In the packed package, main.js. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPinned } from './pinned-node.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const [source, built] = [join(here, 'main.ts'), join(here, 'main.js')];
const isClone = existsSync(source);
await runPinned({
  file: isClone ? source : built,
  args: process.argv.slice(2),
  // Beside sim/ in a clone, beside dist/ in the package.
  compileCache: join(here, '..', '..', isClone ? '' : '..', '.cache', 'compile'),
});
