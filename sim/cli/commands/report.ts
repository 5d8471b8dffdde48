/** `twin report [run]`: builds the pages of a stored run again, from its journal alone. */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { readJournal } from '../../../reports/read.ts';
import { finalTable } from '../../../reports/terminal.ts';
import { writeReports } from '../../../reports/write.ts';
import { SimError } from '../../errors.ts';
import { select } from '../../scenario/expectations.ts';
import { summarise } from '../../scenario/summarise.ts';
import type { Run } from '../main.ts';
import { REPORTS } from '../run-folder.ts';
import { readExpected } from './rehearse.ts';

/** A run's folder by its name, a path to it, or `latest`. */
function folderOf(run: string): string {
  const found = [join(REPORTS, run), run].find((folder) => existsSync(join(folder, 'journal.jsonl')));
  if (found !== undefined) return found;
  const stored = existsSync(REPORTS) ? readdirSync(REPORTS).filter((name) => name !== 'latest') : [];
  throw new SimError('SIM_RUN_NOT_FOUND', `no stored run "${run}"`, {
    hint:
      stored.length === 0
        ? 'none is stored yet: npx twin rehearse'
        : `stored: ${stored.toSorted().slice(-5).join(', ')}`,
  });
}

export function report(program: Command, runCommand: Run): void {
  program
    .command('report')
    .argument('[run]', "a stored run's name, or a path to it", 'latest')
    .description('build the pages of a stored run again, from its journal alone')
    .action((run: string) =>
      runCommand(async () => {
        const folder = folderOf(run);
        const { entries, notice } = await readJournal(folder);
        const first = entries.find((entry) => entry.kind === 'run');
        const key = { topology: first?.topology.id ?? '', runtime: first?.runtime ?? '', api: first?.api ?? '' };
        const summary = summarise(entries, { expectations: select(readExpected(), key), ci: false });
        const paths = await writeReports(folder, entries, summary, { ci: false });
        if (notice !== undefined) process.stderr.write(`${notice}\n`);
        process.stdout.write(
          finalTable(summary, {
            stream: process.stdout,
            reportPath: relative(process.cwd(), paths.html),
            leftBehind: 'nothing',
          }),
        );
        return summary.exitCode;
      }),
    );
}
