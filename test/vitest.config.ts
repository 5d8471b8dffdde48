/**
 * `fast`: pure code, and the model where it stands for a runtime; half a minute. `plays`: every scenario on the model,
 * again and again; two minutes. `live`: real processes and sockets on loopback. Apart from them, with configs of their
 * own: test/docker, which needs an engine, and test/long, which takes minutes.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const LIVE = ['test/parts/**', 'test/runtimes/**', 'test/conformance/**', 'test/cli/**', 'test/live/**'];
/** Have a config of their own: they need an engine, or minutes. */
const APART = ['test/**/*.docker.test.ts', 'test/long/**'];
/** They grow with the failure table: each scenario to the bone, all by five seeds, once more cut short, and against mutants. */
const PLAYS = ['test/model/**', 'test/mutants/**'];

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    retry: 0,
    // Files of a worker share the modules they import, and no test may need that it is the first: loading them anew took longer than the tests.
    isolate: false,
    // A file a core: one more is no faster on two of them, and a twin that stands still proves nothing.
    maxWorkers: availableParallelism(),
    // A machine may be busy: what hangs is told apart from what is slow late rather than wrongly.
    hookTimeout: 120_000,
    testTimeout: 120_000,
    // Node strips the types itself, as it does for users; nothing stands between a test and the code it tests.
    experimental: { viteModuleRunner: false },
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [...LIVE, ...APART, ...PLAYS],
        },
      },
      { extends: true, test: { name: 'plays', include: PLAYS.map((one) => `${one}/*.test.ts`) } },
      {
        extends: true,
        test: {
          name: 'live',
          globalSetup: ['test/redis.ts'],
          // Bringing a twin up costs some three seconds of processor time, and machines have few cores.
          maxConcurrency: 3,
          include: LIVE.map((one) => `${one}/*.test.ts`),
          exclude: APART,
        },
      },
    ],
  },
});
