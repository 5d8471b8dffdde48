/**
 * `fast`: pure code and the model, seconds. `live`: real processes and sockets on loopback. Apart from them,
 * with configs of their own: test/docker, which needs an engine, and test/long, which takes minutes.
 */
import { defineConfig } from 'vitest/config';

const LIVE = ['test/parts/**', 'test/runtimes/**', 'test/conformance/**', 'test/cli/**', 'test/live/**'];
/** Have a config of their own: they need an engine, or minutes. */
const APART = ['test/**/*.docker.test.ts', 'test/long/**'];

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    retry: 0,
    // Node strips the types itself, as it does for users; nothing stands between a test and the code it tests.
    experimental: { viteModuleRunner: false },
    projects: [
      {
        extends: true,
        test: { name: 'fast', testTimeout: 60_000, include: ['test/**/*.test.ts'], exclude: [...LIVE, ...APART] },
      },
      {
        extends: true,
        test: {
          name: 'live',
          globalSetup: ['test/redis.ts'],
          include: LIVE.map((one) => `${one}/*.test.ts`),
          exclude: APART,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
