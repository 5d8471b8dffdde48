/** A `redis-server` on the path that is a wrapper, whose program outlives the wrapper's kill. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import type { RedisProgram } from '../../sim/runtimes/embedded/redis.ts';
import { temporaryFolder } from '../cli/command.ts';
import { redisProgram } from '../redis.ts';
import { rehearseLive } from './twin.ts';

/** Runs the real one in a session of its own and starts it again whenever it ends. One in the cache needs its libraries. */
const wrapper = ({ path, env }: RedisProgram): string => `#!/bin/sh
${Object.entries(env)
  .map(([name, value]) => `export ${name}='${value}'`)
  .join('\n')}
[ "$1" = --version ] && exec '${path}' --version
setsid sh -c 'while :; do "$0" "$@"; sleep 0.2; done' '${path}' "$@" &
wait
`;

test('a Redis that survives its kill leaves the statements not proven, and is swept', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'redis-server');
  writeFileSync(file, wrapper(redisProgram()));
  chmodSync(file, 0o755);
  const PATH = `${folder.path}:${process.env['PATH'] ?? ''}`;
  await using live = rehearseLive('dead', ['--json'], { env: { PATH } });
  await live.until('proofs while the fault should last', (entries) =>
    entries.some((entry) => entry.kind === 'proof' && entry.stage === 'during'),
  );
  const loops = live.traces().processes.filter(({ command }) => command.includes('while :'));
  expect(loops.length).toBeGreaterThan(0);
  const { code, out } = await live.ended;
  const sees = summarySchema.parse(JSON.parse(out)).scenarios[0]?.statements.find((one) => one.about === 'sees');
  expect(sees).toMatchObject({
    verdict: 'inconclusive',
    judged: true,
    proofOfFault: { before: true, during: false },
    reason: expect.stringContaining('the fault was not in force'),
  });
  expect(code).toBe(2);
  await live.nothingLeft();
});
