/** `twin report [run]`: builds the pages of a stored run again, from its journal alone. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { readJournal } from '../../../reports/read.ts';
import { finalTable } from '../../../reports/terminal.ts';
import { writeReports } from '../../../reports/write.ts';
import { SimError } from '../../errors.ts';
import { select } from '../../scenario/expectations.ts';
import { summarise } from '../../scenario/summarise.ts';
import { inCi } from '../exits.ts';
import { expectedPathOf, readExpected } from '../expected-file.ts';
import type { Run } from '../main.ts';
import { addSuiteOptions, expectedOption, outOption } from '../options.ts';
import { nameOf } from '../paths.ts';
import { openSuite, type SuiteOptions } from '../suite.ts';

/** A run's folder by its name, a path to it, or `latest`. */
function folderOf(run: string, out: string): string {
  const found = [join(out, run), run].find((folder) => existsSync(join(folder, 'journal.jsonl')));
  // Its own name, not `latest`: that link would come to point at itself.
  if (found !== undefined) return realpathSync(found);
  const stored = existsSync(out)
    ? readdirSync(out).filter((name) => existsSync(join(out, name, 'journal.jsonl')) && name !== 'latest')
    : [];
  throw new SimError('SIM_RUN_NOT_FOUND', `no stored run "${run}"`, {
    hint:
      stored.length === 0
        ? 'none is stored yet: npx twin rehearse'
        : `stored: ${stored.toSorted().slice(-5).join(', ')}`,
  });
}

export function report(program: Command, runCommand: Run): void {
  const command = program
    .command('report')
    .argument('[run]', "a stored run's name, or a path to it", 'latest')
    .description('build the pages of a stored run again, from its journal alone')
    .addOption(outOption())
    .addOption(expectedOption())
    .action((run: string, options: SuiteOptions & { out: string; expected?: string }) =>
      runCommand(async () => {
        const folder = folderOf(run, options.out);
        const { entries, notice } = await readJournal(folder);
        const first = entries.find((entry) => entry.kind === 'run');
        const key = { topology: first?.topology.id ?? '', runtime: first?.runtime ?? '', api: first?.api ?? '' };
        // As the run itself did: the same journal gives the same pages.
        const ci = inCi();
        const expected = expectedPathOf(openSuite(options), options);
        const expectedFile = nameOf(expected);
        const summary = summarise(entries, { expectations: select(readExpected(expected), key), ci });
        const paths = await writeReports(folder, entries, summary, { ci, expectedFile });
        if (notice !== undefined) process.stderr.write(`${notice}\n`);
        process.stdout.write(
          finalTable(summary, {
            stream: process.stdout,
            reportPath: relative(process.cwd(), paths.html),
            leftBehind: 'nothing',
            expectedFile,
          }),
        );
        return summary.exitCode;
      }),
    );
  addSuiteOptions(command);
}
