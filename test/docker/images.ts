/** Makes the images of the Docker tests where they are missing, and says how to use them. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SimError } from '../../sim/errors.ts';
import { images, imageVariables } from './images/index.ts';
import { ensureImage, versionOf } from './images/image.ts';

const USAGE = `usage: node test/docker/images.ts build [--only NAME]… [--env FILE] | versions

  build        make each image that is missing or whose definition changed, then print the
               variables that tell the docker runtime and the tests to use them
  versions     have each program tell its version
  --only NAME  only the images whose tag holds NAME (their base must be there)
  --env FILE   write the variables into FILE
`;

/** Ryuk is an image too; what a test leaves is removed by its own label. */
const FIXED = 'TESTCONTAINERS_RYUK_DISABLED=true';

function build(only: readonly string[], envFile: string | undefined): void {
  const all = images();
  const chosen = all.filter(({ tag }) => only.length === 0 || only.some((name) => tag.includes(name)));
  for (const image of chosen) {
    const startMs = Date.now();
    const made = ensureImage(image);
    const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
    console.log(made ? `made  ${image.tag} in ${seconds} s` : `there ${image.tag}`);
  }
  const lines = [...Object.entries(imageVariables()).map((entry) => entry.join('=')), FIXED];
  if (envFile) writeFileSync(envFile, `${lines.join('\n')}\n`);
  console.log(lines.join('\n'));
}

function versions(): void {
  for (const image of images()) {
    const version = versionOf(image);
    if (version) console.log(`${image.tag}: ${version}`);
  }
}

function main(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      only: { type: 'string', multiple: true, default: [] },
      env: { type: 'string' },
    },
  });
  const verb = { build: () => build(values.only, values.env), versions }[positionals[0] ?? ''];
  if (values.help || !verb) {
    console.log(USAGE);
    return values.help ? 0 : 4;
  }
  verb();
  return 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof SimError ? error.message : error);
  process.exitCode = error instanceof SimError ? 5 : 70;
}
