#!/usr/bin/env node
/** The command `twin`: the command line of main.ts on the pinned Node. In the packed package, main.js. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPinned } from './pinned-node.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const built = join(here, 'main.js');
await runPinned({
  file: existsSync(built) ? built : join(here, 'main.ts'),
  args: process.argv.slice(2),
  compileCache: join(here, '..', '..', '.cache', 'compile'),
});
