/**
 * `npm run mutants`: is a defect caught by the scenarios as they are? Applies each mutant to a copy of the project, plays
 * the scenarios on it and tells which statement caught it.
 */
import { parseArgs } from 'node:util';
import { closest } from 'fastest-levenshtein';
import { EXITS } from '../../sim/cli/exits.ts';
import { interruption } from '../../sim/cli/interruption.ts';
import { readOriginal } from './copy.ts';
import { MUTANTS } from './index.ts';
import { problemsOf, type Mutant } from './mutant.ts';
import { isWell, study } from './study.ts';
import { mutantLine, table, twinLine } from './table.ts';

const SEEDS = [1, 2, 3, 4, 5] as const;
const HELP = `npm run mutants -- [--only NAME]… [--list] [--json]

  --only NAME      this mutant, and the unpatched twin as far as it is needed; may be repeated
  --scenario ID    on the model play this scenario only; may be repeated
  --list           names the mutants and plays nothing
  --json           the whole study instead of the table

exit codes: 0 at least 95 % caught and the unpatched twin never accused, 1 otherwise, 4 invalid input or a patch that
does not apply exactly once, 70 the unpatched twin could not be played, 130 ended by Ctrl-C
`;

const OPTIONS = {
  only: { type: 'string', multiple: true },
  scenario: { type: 'string', multiple: true },
  list: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const refuse = (line: string): number => {
  say(line);
  return EXITS.invalidInput;
};

async function main(args: string[]): Promise<number> {
  let options: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
  try {
    options = parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    return refuse(`${(error as Error).message}\n\n${HELP}`);
  }
  if (options.help === true) return (process.stdout.write(HELP), EXITS.expected);
  const names = MUTANTS.map((one) => one.name);
  const unknown = options.only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    return refuse(
      `unknown mutant "${unknown}". did you mean ${closest(unknown, names)}? all: npm run mutants -- --list`,
    );
  const problems = problemsOf(MUTANTS, readOriginal);
  if (problems.length > 0)
    return refuse(`${problems.length} of the mutants do not fit the code any more:\n  ${problems.join('\n  ')}`);
  const mutants = MUTANTS.filter((one) => options.only?.includes(one.name) ?? true);
  if (options.list === true) {
    for (const { name, of, means } of mutants) process.stdout.write(`${name.padEnd(24)}  ${of.padEnd(8)}  ${means}\n`);
    return EXITS.expected;
  }
  return run(mutants, options.only === undefined, options.scenario ?? [], options.json === true);
}

async function run(
  mutants: readonly Mutant[],
  control: boolean,
  scenarios: readonly string[],
  asJson: boolean,
): Promise<number> {
  const fromMs = performance.now();
  using stop = interruption();
  let done = 0;
  try {
    const result = await study({
      mutants,
      seeds: SEEDS,
      control,
      scenarios,
      signal: stop.signal,
      onTwin: (one) => say(twinLine(one)),
      onMutant: (one) => say(`${String(++done).padStart(2)}/${mutants.length}  ${mutantLine(one)}`),
    });
    process.stdout.write(
      asJson ? `${JSON.stringify(result, undefined, 2)}\n` : table(result, performance.now() - fromMs),
    );
    return isWell(result) ? EXITS.expected : EXITS.changed;
  } catch (error) {
    if (stop.signal.aborted) say(`\nended by ${stop.reason ?? 'a signal'}: everything was cleaned up`);
    else say(`the unpatched twin could not be played: ${(error as Error).message}`);
    return stop.signal.aborted ? EXITS.interrupted : EXITS.internal;
  }
}

process.exitCode = await main(process.argv.slice(2));
