/** `twin list`: the scenarios and their variants. */
import type { Command } from 'commander';
import { totalMs } from '../../scenario/scenario.ts';
import { chooseScenarios, loadTopology } from '../catalogue.ts';
import type { ListedScenario } from '../listed.ts';
import type { Run } from '../main.ts';
import { addSuiteOptions } from '../options.ts';
import { openSuite, type SuiteOptions } from '../suite.ts';

export function list(program: Command, run: Run): void {
  const command = program
    .command('list')
    .description('the scenarios there are, with their variants')
    .option('--json', 'as JSON')
    .action((options: SuiteOptions & { json?: true }) =>
      run(async () => {
        const suite = openSuite(options);
        const scenarios = await chooseScenarios(suite, await loadTopology(suite), []);
        const rows = scenarios.map((one): ListedScenario => ({
          id: one.id,
          title: one.title,
          layer: one.layer,
          variants: Object.keys(one.variants),
          lastsMs: Object.values(one.variants).reduce((sum, variant) => sum + totalMs(variant), 0),
          about: one.about,
        }));
        if (options.json === true) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
        else {
          const variants = rows.map((row) => row.variants.join(', '));
          const widths = [rows.map((row) => row.id), variants].map((all) =>
            Math.max(0, ...all.map((one) => one.length)),
          );
          for (const [index, { id, about }] of rows.entries())
            process.stdout.write(
              `${id.padEnd(widths[0] ?? 0)} ${(variants[index] ?? '').padEnd(widths[1] ?? 0)} ${about}\n`,
            );
        }
        return 0;
      }),
    );
  addSuiteOptions(command);
}
