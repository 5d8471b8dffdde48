import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { SimError } from '../../../sim/errors.ts';
import { command } from '../command.ts';

/** One image of the tests. */
export interface Image {
  /** Name and tag. */
  readonly tag: string;
  /** Variables that tell the docker runtime to use it instead of the official image. */
  readonly variables: readonly string[];
  /** Command that makes its program tell its version. */
  readonly version?: readonly string[];
  /** Files and folders it is made of; a change in any makes it anew. Absolute paths. */
  readonly inputs: readonly string[];
  /** Whatever else decides its content: versions, the content of its base. */
  readonly pins: readonly string[];
  /**
   * Makes it.
   *
   * @param label   `key=value` to be put on the image
   * @param folder  an empty folder for its work, removed afterwards
   */
  readonly build: (label: string, folder: string) => void;
}

/** Top of the repository. */
export const REPOSITORY = join(import.meta.dirname, '../../..');
/** What runs leave; .dockerignore keeps it out of the images too. */
const REPORTS = join(REPOSITORY, 'reports/out/');
const LABEL = 'cluster-twin.content';

/** Fingerprint of all that decides an image's content. */
export function contentOf(image: Image): string {
  const hash = createHash('sha256').update(image.pins.join('\n'));
  for (const file of image.inputs.flatMap(filesIn)) {
    hash.update(`\n${relative(REPOSITORY, file)} ${statSync(file).mode}\n`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Makes the image unless one of the same content is there. It is made over the network, which may stall or fail for a
 * while: then once more, and that is said.
 *
 * @returns whether it had to be made
 */
export function ensureImage(image: Image): boolean {
  const content = contentOf(image);
  if (labelOf(image.tag) === content) return false;
  try {
    makeImage(image, content);
  } catch (error) {
    if (!(error instanceof SimError)) throw error;
    console.error(`${image.tag} could not be made, once more: ${error.message}`);
    makeImage(image, content);
  }
  return true;
}

function makeImage(image: Image, content: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-twin-image-'));
  try {
    image.build(`${LABEL}=${content}`, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the image's program says of its version: its first line that holds a number, or nothing. */
export function versionOf({ tag, version }: Image): string | undefined {
  if (!version) return undefined;
  const said = command('docker', ['run', '--rm', tag, ...version], { quiet: true });
  return said
    .split('\n')
    .find((line) => /\d/.test(line))
    ?.trim();
}

/** `docker build`; the base's packages are as old as the base, so its layers may be reused. */
export function dockerBuild(context: string, tag: string, label: string, args: readonly string[] = []): void {
  // Not `--quiet`: where a step fails or hangs, its last lines are all there is to find out why.
  command('docker', ['build', '--tag', tag, '--label', label, ...args, context], { quiet: true });
}

function labelOf(tag: string): string | undefined {
  const images = command('docker', ['images', '--quiet', tag], { quiet: true }).trim();
  if (images === '') return undefined;
  return command('docker', ['image', 'inspect', '--format', `{{index .Config.Labels "${LABEL}"}}`, tag], {
    quiet: true,
  }).trim();
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files = globSync('**/*', { cwd: path }).map((name) => join(path, name));
  return files.filter((file) => !file.startsWith(REPORTS) && statSync(file).isFile()).toSorted();
}
