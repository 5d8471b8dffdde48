/** `twin help [topic]`: the words and codes that reports use. */
import type { Command } from 'commander';
import { columns } from '../../../reports/cells.ts';
import { VERDICT_TABLE } from '../../../reports/words.ts';
import { SimError } from '../../errors.ts';
import { EXIT_MEANINGS } from '../exits.ts';
import type { Run } from '../main.ts';

const TOPICS: Readonly<Record<string, () => string>> = {
  verdicts: () => columns(VERDICT_TABLE),
  exit: () => columns(EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning])),
};

export function help(program: Command, runCommand: Run): void {
  program
    .command('help')
    .argument('[topic]', `a command, or one of: ${Object.keys(TOPICS).join(', ')}`)
    .description('what the verdicts and the exit codes mean; help for a command')
    .action((topic: string | undefined) =>
      runCommand(() => {
        const command = program.commands.find((one) => one.name() === topic);
        const text =
          topic === undefined ? program.helpInformation() : (TOPICS[topic]?.() ?? command?.helpInformation());
        if (text === undefined)
          throw new SimError('SIM_USAGE', `no help for "${topic ?? ''}"`, {
            hint: `topics: ${[...Object.keys(TOPICS), ...program.commands.map((one) => one.name())].join(', ')}`,
          });
        process.stdout.write(`${text.trimEnd()}\n`);
        return Promise.resolve(0);
      }),
    );
}
