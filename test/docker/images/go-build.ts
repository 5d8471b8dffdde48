import { command } from '../command.ts';

/** Nothing compiled yet, on two slow cores. */
const COLD_LIMIT_MS = 1_200_000;

/**
 * Builds the program that a folder's go.mod names as its tool: pinned by go.sum, linked statically (the image may hold
 * nothing else), as the project's own releases are.
 *
 * @param program  package of the program, part of the tool's module
 * @param output   file name of the binary, in the same folder
 * @param version  `variable=value` for the linker, so that the program tells its version
 */
export function goBuild(folder: string, program: string, output: string, version: string): void {
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', `-s -w -X ${version}`];
  // `nice`: minutes of compiling on a cold cache must not starve what runs beside it.
  command('nice', ['go', 'build', ...flags, '-o', output, program], {
    cwd: folder,
    env: { CGO_ENABLED: '0' },
    quiet: true,
    limitMs: COLD_LIMIT_MS,
  });
}
