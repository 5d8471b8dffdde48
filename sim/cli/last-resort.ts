/** For what no command can catch: an error in a callback or a forgotten promise would otherwise end Node with 1 and a stack. */
import { EXITS } from './exits.ts';

/**
 * Stays until the process ends: what was left running by a command that has ended may break too.
 *
 * @param end  says what happened and returns the exit code
 * @returns    to be called when the command has said its own exit code
 */
export function lastResort(end: (error: unknown) => number): () => void {
  let hasAnswered = false;
  const stop = (code: number): never => {
    hasAnswered = true;
    process.exit(code);
  };
  // Ended at once: nobody knows what state we are in. Wardens end what runs.
  const broken = (error: unknown): void => stop(end(error));
  // Whoever read our output has gone (`twin list | head -1`): that is no error of ours, and the command goes on.
  const unread = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') broken(error);
  };
  process.on('uncaughtException', broken);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unread);
  // Whatever else ends the process early would exit with a code that means something.
  process.on('exit', (code) => {
    if (!hasAnswered && code !== EXITS.interrupted)
      process.exitCode = end(new Error('the process ended before the command did'));
  });
  return () => {
    hasAnswered = true;
  };
}
