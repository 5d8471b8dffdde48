/** `twin init`: writes a suite into the current repository. What is there already is never touched. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { readDocument } from '../../documents/document.ts';
import { SimError } from '../../errors.ts';
import { documentOf, loadTopology } from '../catalogue.ts';
import { EXITS } from '../exits.ts';
import type { Run } from '../main.ts';
import { REFERENCE } from '../suite.ts';
import { suiteFiles, type SuiteFile } from '../suite-files.ts';

/** What this repository is called, as a topology may be: by its package.json, else by its folder. */
function nameOfRepository(folder: string): string {
  let name = basename(folder);
  try {
    name = (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string }).name ?? name;
  } catch {
    // No package.json, or none that can be read: npm will say so.
  }
  const id = name
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return id === '' ? 'cluster' : id;
}

/** @returns false when there is such a file already. @throws SimError `SIM_OUT_UNWRITABLE` */
function write(folder: string, { path, text }: SuiteFile): boolean {
  const file = join(folder, path);
  if (existsSync(file)) return false;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (cause) {
    throw new SimError('SIM_OUT_UNWRITABLE', `${path} can not be written: ${(cause as Error).message}`, {
      hint: 'give this user the right to write there, and type it again: what is there already is kept',
      cause,
    });
  }
}

const NEXT = `next  npx twin rehearse --update-expected                  what the workflow compares with: real Postgres and Redis
      npx twin rehearse --update-expected --runtime model  what the vitest suite compares with: virtual time, a second
      then review expected.yaml and commit it like a snapshot
`;

async function writeSuite(): Promise<number> {
  const folder = process.cwd();
  const topology = await loadTopology(REFERENCE);
  const document = readDocument(documentOf(REFERENCE, topology) ?? '');
  const [wrote, kept]: [string[], string[]] = [[], []];
  try {
    for (const file of suiteFiles(nameOfRepository(folder), topology, document))
      if (write(folder, file)) wrote.push(file.note === undefined ? file.path : `${file.path} (${file.note})`);
      else kept.push(file.path);
  } finally {
    if (wrote.length > 0) process.stdout.write(`wrote ${wrote.join(', ')}\n`);
    if (kept.length > 0) process.stdout.write(`kept what is there: ${kept.join(', ')}\n`);
  }
  process.stdout.write(NEXT);
  return EXITS.expected;
}

export function init(program: Command, run: Run): void {
  program
    .command('init')
    .description('write a suite into this repository: topology, document, expectations, vitest suite, CI workflow')
    .action(() => run(writeSuite));
}
