/**
 * The Redis of the tests, found as the twin finds it: on the path, else in the project's cache, where the live suite's
 * set-up fetches it before the first test. No test needs a machine that has one.
 */
import { CACHE } from '../sim/cli/paths.ts';
import { findRedis, presentRedis, type RedisProgram } from '../sim/runtimes/embedded/redis.ts';

/** vitest's global set-up of the live suite. */
export default async function setUp(): Promise<void> {
  await findRedis({ cacheFolder: CACHE, fetch: 'yes', say: (line) => process.stderr.write(`${line}\n`) });
}

/** What the set-up has found or fetched. */
export function redisProgram(): RedisProgram {
  const program = presentRedis(CACHE);
  if (program === undefined) throw new Error('the live suite has fetched no Redis: is its global set-up run?');
  return program;
}
