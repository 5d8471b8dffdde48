/** `twin list`: the scenarios and their variants. */
import type { Command } from 'commander';
import { loadScenarios } from '../catalogue.ts';
import type { Run } from '../main.ts';

export function list(program: Command, run: Run): void {
  program
    .command('list')
    .description('the scenarios there are, with their variants')
    .option('--json', 'as JSON')
    .action((options: { json?: true }) =>
      run(async () => {
        const scenarios = await loadScenarios([]);
        const rows = scenarios.map((one) => ({
          id: one.id,
          title: one.title,
          layer: one.layer,
          variants: Object.keys(one.variants),
          about: one.about,
        }));
        if (options.json === true) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
        else
          for (const row of rows)
            process.stdout.write(`${row.id.padEnd(16)} ${row.variants.join(', ').padEnd(24)} ${row.about}\n`);
        return 0;
      }),
    );
}
