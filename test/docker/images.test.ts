import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { SimError } from '../../sim/errors.ts';
import { temporaryFolder, type Folder } from '../cli/command.ts';
import { ensureImage, type Image } from './images/image.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Makes it on the nth attempt. */
function failing(times: number, error: Error): { readonly image: Image; readonly folders: string[] } {
  const folders: string[] = [];
  const build = (_label: string, folder: string): void => {
    folders.push(folder);
    if (folders.length <= times) throw error;
  };
  return { image: { tag: 'cluster-twin-test/none:1', variables: [], inputs: [], pins: [], build }, folders };
}

/** An engine that has no image. */
function withoutImages(): Folder {
  const folder = temporaryFolder();
  writeFileSync(join(folder.path, 'docker'), '#!/bin/sh\n', { mode: 0o755 });
  vi.stubEnv('PATH', `${folder.path}:${process.env.PATH}`);
  return folder;
}

test('images: one that could not be made is made once more, in a folder of its own, and that is said', () => {
  using _ = withoutImages();
  const said = vi.spyOn(console, 'error').mockReturnValue();
  const { image, folders } = failing(1, new SimError('SIM_RUNTIME_UNAVAILABLE', 'the registry does not answer'));
  expect(ensureImage(image)).toBe(true);
  expect(new Set(folders).size).toBe(2);
  expect(said.mock.calls).toEqual([[expect.stringMatching(/could not be made, once more: the registry does not/)]]);
});

test('images: what fails twice fails, and a bug is not tried again', () => {
  using _ = withoutImages();
  vi.spyOn(console, 'error').mockReturnValue();
  const offline = failing(2, new SimError('SIM_RUNTIME_UNAVAILABLE', 'the registry does not answer'));
  expect(() => ensureImage(offline.image)).toThrow('the registry does not answer');
  const bug = failing(1, new TypeError('a bug'));
  expect(() => ensureImage(bug.image)).toThrow('a bug');
  expect(bug.folders).toHaveLength(1);
});
