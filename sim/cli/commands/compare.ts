/** `twin compare RUN RUN`: two stored runs side by side, from their journals alone. */
import type { Command } from 'commander';
import { renderComparison } from '../../../reports/compare.ts';
import { SimError } from '../../errors.ts';
import { compareRuns, type RunComparison, type ToCompare } from '../../scenario/compare-runs.ts';
import { summarise } from '../../scenario/summarise.ts';
import type { RunSummary } from '../../scenario/summary.ts';
import { EXITS } from '../exits.ts';
import type { Run } from '../main.ts';
import { outOption } from '../options.ts';
import { entriesOf, folderOf } from '../stored-runs.ts';

async function stored(run: string, out: string): Promise<ToCompare> {
  const entries = await entriesOf(folderOf(run, out));
  const summary = summarise(entries, { expectations: {}, ci: false });
  const refuse = (why: string, hint: string): SimError =>
    new SimError('SIM_NOT_COMPARABLE', `run ${summary.runId} ${why}`, { hint });
  if (summary.mode === 'by-hand')
    throw refuse('was played by hand: no statement was asked', 'compare runs of npx twin rehearse');
  if (summary.mode !== 'normal')
    throw refuse(`was a ${summary.mode} run: it proves nothing, so there is nothing to compare`, 'play it as it is');
  if (summary.ended !== 'complete')
    throw refuse(`was ${summary.ended}: it says nothing about what was not played`, `again: ${summary.command}`);
  return { summary, entries };
}

/** Two clusters, or two programs, are not one that changed. @throws SimError `SIM_NOT_COMPARABLE` */
function refuseOthers({ summary: a }: ToCompare, { summary: b }: ToCompare): void {
  const named = { topology: (one: RunSummary) => one.topology.id, api: (one: RunSummary) => one.api };
  for (const [what, of] of Object.entries(named))
    if (of(a) !== of(b))
      throw new SimError(
        'SIM_NOT_COMPARABLE',
        `another ${what}: ${a.runId} has "${of(a)}", ${b.runId} has "${of(b)}"`,
        {
          hint: what === 'api' ? 'releases of one api share an --api-name' : 'compare two runs of one topology',
        },
      );
}

/** Worse before unproven, as the exit codes of a rehearsal have it. */
const exitOf = ({ worse, unproven }: RunComparison): number =>
  worse > 0 ? EXITS.changed : unproven > 0 ? EXITS.notProven : EXITS.expected;

interface Options {
  readonly out: string;
  readonly gate?: true;
  readonly hops?: true;
  readonly json?: true;
}

async function compare(before: string, after: string, options: Options): Promise<number> {
  const [earlier, later] = [await stored(before, options.out), await stored(after, options.out)];
  refuseOthers(earlier, later);
  const comparison = compareRuns(earlier, later);
  if (comparison.statements.length + comparison.hops.length === 0)
    throw new SimError(
      'SIM_NOT_COMPARABLE',
      `${earlier.summary.runId} and ${later.summary.runId} played nothing in common`,
      {
        hint: `again: ${earlier.summary.command}`,
      },
    );
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(comparison, undefined, 2)}\n`
      : renderComparison(comparison, options.hops === true),
  );
  return options.gate === true ? exitOf(comparison) : EXITS.expected;
}

export function addCompare(program: Command, runCommand: Run): void {
  program
    .command('compare')
    .argument('<before>', "a stored run's name, a path to it, or latest")
    .argument('<after>', 'another one')
    .description('two stored runs side by side: statements, counts, latency by hop')
    .option('--gate', 'exit 1 when something got worse, 2 when something can no longer be proven')
    .option('--hops', 'every hop, not only whole requests and what changed')
    .option('--json', 'print everything as JSON')
    .addOption(outOption())
    .addHelpText(
      'after',
      '\nworse: right became WRONG, pain rose by a degree (none and low are one), or a hop became slower than\nthe tolerance that is printed\n\nexamples:\n  twin compare 2026-11-23T14-09-31-3fa2 latest\n  twin compare ../main/reports/out/latest latest --gate',
    )
    .action((before: string, after: string, options: Options) => runCommand(() => compare(before, after, options)));
}
