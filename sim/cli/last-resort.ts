/** For what no command can catch: an error in a callback or a forgotten promise would otherwise end Node with 1 and a stack. */

/**
 * Stays until the process ends: what was left running by a command that has ended may break too.
 *
 * @param end  says what happened and returns the exit code
 */
export function lastResort(end: (error: unknown) => number): void {
  // Ended at once: nobody knows what state we are in. Wardens end what runs.
  const broken = (error: unknown): void => process.exit(end(error));
  // Whoever read our output has gone (`twin list | head -1`): that is no error of ours, and the command goes on.
  const unread = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') broken(error);
  };
  process.on('uncaughtException', broken);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unread);
}
