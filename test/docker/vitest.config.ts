import { defineConfig } from 'vitest/config';
import { imageVariables } from './images/index.ts';
import { REPOSITORY } from './images/image.ts';

/**
 * The tests that need an engine and our images: `*.docker.test.ts` anywhere under test/. A variable that is set wins, so
 * the official images can be tried where they can be pulled.
 */
export default defineConfig({
  root: REPOSITORY,
  test: {
    include: ['test/**/*.docker.test.ts'],
    env: { ...imageVariables(), ...process.env, TESTCONTAINERS_RYUK_DISABLED: 'true' },
    // Containers start in 1 to 3 s here; a stopped one gets the engine's 10 s; an address that is gone is silent for up to 53 s.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
