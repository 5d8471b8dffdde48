/**
 * The first command of a fresh clone, for Node 20 and newer, without a single package: refuses where the twin cannot
 * run, installs the packages when they are missing, and goes on with the pinned Node.
 *
 *   node sim/cli/bootstrap.mjs twin ARGS…      the command line
 *   node sim/cli/bootstrap.mjs vitest ARGS…    the tests
 */
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INSTEAD, platformBlocker } from '../runtimes/embedded/platform.mjs';
import { installPackages, packagesAreCurrent } from './packages.mjs';
import { runPinned } from './pinned-node.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Invalid input, an unavailable runtime, our own bug: see exits.ts. */
const EXIT_INVALID = 4;
const EXIT_UNAVAILABLE = 5;
const EXIT_INTERNAL = 70;
const TARGETS = { twin: join(ROOT, 'sim/cli/main.ts'), vitest: join(ROOT, 'node_modules/vitest/vitest.mjs') };

async function bootstrap([target, ...args]) {
  // When the command was typed, or its packages were there: `readyMs` counts from here.
  let startedMs = performance.timeOrigin;
  const file = TARGETS[target];
  if (file === undefined)
    return refuse(
      EXIT_INVALID,
      `bootstrap.mjs: unknown target "${target ?? ''}"; there is: ${Object.keys(TARGETS).join(', ')}`,
    );
  const blocker = blockerOf(target, args);
  if (blocker !== undefined) return refuse(EXIT_UNAVAILABLE, `${blocker}. instead, type:\n  ${INSTEAD}`);
  if (!packagesAreCurrent(ROOT, target === 'vitest')) {
    const failure = await installPackages(ROOT);
    if (failure !== undefined) return refuse(EXIT_UNAVAILABLE, failure);
    startedMs = Date.now();
  }
  // What tests bring up in their turn did not begin when they were typed.
  if (target === 'twin') process.env.TWIN_STARTED_MS = String(Math.round(startedMs));
  linkTwin();
  return runPinned({ file, args, compileCache: join(ROOT, '.cache/compile') });
}

/** Tests and rehearsals need the embedded runtime, unless another one is named; the pinned Node itself needs glibc. */
function blockerOf(target, args) {
  const command = args.find((arg) => !arg.startsWith('-'));
  const runtime =
    args.find((arg) => arg.startsWith('--runtime='))?.slice('--runtime='.length) ?? args[args.indexOf('--runtime') + 1];
  const named = args.some((arg) => arg === '--runtime' || arg.startsWith('--runtime='));
  const needsEmbedded =
    target === 'vitest' || (['rehearse', 'up'].includes(command) && (!named || runtime?.includes('embedded')));
  return platformBlocker(needsEmbedded ? {} : { platform: 'linux' });
}

/** `npx twin` finds a command in node_modules/.bin at once; npm links a package's own command only where it is a dependency. */
function linkTwin() {
  const link = join(ROOT, 'node_modules/.bin/twin');
  try {
    if (!existsSync(link)) symlinkSync('../../sim/cli/twin.mjs', link);
  } catch {
    // A read-only image: `npm run twin` is the same.
  }
}

function refuse(code, text) {
  process.stderr.write(`${text}\n`);
  process.exitCode = code;
}

try {
  await bootstrap(process.argv.slice(2));
} catch (error) {
  refuse(EXIT_INTERNAL, `internal error: ${error.stack}`);
}
