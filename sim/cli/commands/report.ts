/** `twin report [run]`: builds the pages of a stored run again, from its journal alone. */
import { relative } from 'node:path';
import type { Command } from 'commander';
import { finalTable } from '../../../reports/terminal.ts';
import { writeReports } from '../../../reports/write.ts';
import { select } from '../../scenario/expectations.ts';
import { summarise } from '../../scenario/summarise.ts';
import { inCi } from '../exits.ts';
import { expectedPathOf, NOTHING_ON_FILE, readExpected } from '../expected-file.ts';
import type { Run } from '../main.ts';
import { addSuiteOptions, expectedOption, outOption } from '../options.ts';
import { nameOf } from '../paths.ts';
import { entriesOf, folderOf, withLastRun } from '../stored-runs.ts';
import { openSuite, type SuiteOptions } from '../suite.ts';

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
        const entries = await entriesOf(folder);
        const first = entries.find((entry) => entry.kind === 'run');
        const key = { topology: first?.topology.id ?? '', runtime: first?.runtime ?? '', api: first?.api ?? '' };
        // As the run itself did: the same journal gives the same pages.
        const expected = expectedPathOf(openSuite(options), options);
        const { expectations, expectedFile, ci } =
          first?.checked === true
            ? NOTHING_ON_FILE
            : { expectations: select(readExpected(expected), key), expectedFile: nameOf(expected), ci: inCi() };
        const summary = withLastRun(summarise(entries, { expectations, ci }), folder);
        const paths = await writeReports(folder, entries, summary, { ci, expectedFile });
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
