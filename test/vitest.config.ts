/**
 * `fast`: pure code and the model, seconds. `live`: real processes and sockets on loopback. Docker has its own config,
 * test/docker/vitest.config.ts, because it needs an engine.
 */
import { defineConfig } from 'vitest/config';

const LIVE = ['test/parts/**', 'test/runtimes/**', 'test/conformance/**', 'test/cli/**', 'test/live/**'];
const DOCKER = ['test/**/*.docker.test.ts'];

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    retry: 0,
    // Node strips the types itself, as it does for users; nothing stands between a test and the code it tests.
    experimental: { viteModuleRunner: false },
    projects: [
      {
        extends: true,
        test: { name: 'fast', testTimeout: 60_000, include: ['test/**/*.test.ts'], exclude: [...LIVE, ...DOCKER] },
      },
      {
        extends: true,
        test: {
          name: 'live',
          include: LIVE.map((one) => `${one}/*.test.ts`),
          exclude: DOCKER,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
