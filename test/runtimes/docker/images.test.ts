/** What an engine lacks is not fetched where fetching is forbidden; nobody asks a real engine for that. */
import type Dockerode from 'dockerode';
import { afterEach, expect, test, vi } from 'vitest';
import { ensureImages } from '../../../sim/runtimes/docker/images.ts';

afterEach(() => vi.unstubAllEnvs());

/** An engine that has some images, and fails a test that pulls one. */
const engineWith = (has: (image: string) => boolean): Dockerode =>
  ({
    getImage: (name: string) => ({
      inspect: () => (has(name) ? Promise.resolve({}) : Promise.reject(new Error('no such image'))),
    }),
    pull: () => Promise.reject(new Error('pulled')),
  }) as unknown as Dockerode;

test('the first image that is missing is named, with what to do, and nothing is pulled or said', async () => {
  const said: string[] = [];
  const ensured = ensureImages(
    engineWith((image) => image === 'postgres:17'),
    (line) => void said.push(line),
    false,
  );
  await expect(ensured).rejects.toMatchObject({
    code: 'SIM_FETCH_FORBIDDEN',
    message: 'image redis:7.4 is not on this machine, and fetching is forbidden',
    hint: 'run it again without --no-fetch, or name one that is here: TWIN_IMAGE_REDIS=...',
  });
  expect(said).toEqual([]);
});
test('one that the environment names is looked for in its place', async () => {
  vi.stubEnv('TWIN_IMAGE_POSTGRES', 'mine:1');
  await expect(
    ensureImages(
      engineWith((image) => image === 'postgres:17'),
      () => undefined,
      false,
    ),
  ).rejects.toThrow('image mine:1 is not');
});
test('our own two are not built either', async () => {
  const others = engineWith((image) => !image.startsWith('cluster-twin/'));
  const ensured = ensureImages(others, () => undefined, false);
  await expect(ensured).rejects.toThrow('image cluster-twin/parts:latest is not on this machine');
});
