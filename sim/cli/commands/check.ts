/** `twin check FILE.md`: plays what the failure tables of a document say, holds its latency figures against light and the twin. */
import { writeFileSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { renderCheck, renderCheckJson } from '../../../reports/check.ts';
import { correctedDocument, filledIn } from '../../../reports/check-table.ts';
import { concludeCheck } from '../../documents/conclude.ts';
import { readDocument } from '../../documents/document.ts';
import { examine, type Examined, type ExaminedRow, type ExamineOptions } from '../../documents/examine.ts';
import { SimError } from '../../errors.ts';
import type { Runtime } from '../../runtimes/contract.ts';
import { checkExitOf, type Checked } from '../../scenario/checked.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunSummary } from '../../scenario/summary.ts';
import { playable } from '../../studies/rehearsal.ts';
import { allScenarios, loadTopology } from '../catalogue.ts';
import { EXITS } from '../exits.ts';
import { NOTHING_ON_FILE } from '../expected-file.ts';
import { profileOf } from '../host-facts.ts';
import type { Run, Session } from '../main.ts';
import {
  addSuiteOptions,
  numberBetween,
  oneOf,
  outOption,
  setArguments,
  setOption,
  type SetOptions,
} from '../options.ts';
import { nameOf } from '../paths.ts';
import { playRun, type PlayedRun } from '../play-run.ts';
import { prepareRuntime, RUNTIME_NAMES, type RuntimeName } from '../runtimes.ts';
import { shellWord } from '../shell-word.ts';
import { openSuite, type Suite, type SuiteOptions } from '../suite.ts';

interface Options extends SuiteOptions, SetOptions {
  readonly runtime: RuntimeName;
  readonly seed: number;
  readonly profile?: string;
  readonly fast?: true;
  readonly plan?: true;
  readonly json?: true;
  readonly write?: true;
  readonly fetch: boolean;
  readonly out: string;
}

/** The scenarios that rows and figures ask for, each with the variants that are spoken of. */
function askedFor({ rows, figures }: Examined): Scenario[] {
  const byRow = Map.groupBy(
    rows.filter((row): row is ExaminedRow & { scenario: Scenario } => row.scenario !== undefined),
    (row) => row.scenario,
  );
  const failures = [...byRow].map(([scenario, asking]): Scenario => {
    if (asking.some((row) => row.variants === undefined)) return scenario;
    const meant = new Set(asking.flatMap((row) => row.variants ?? []));
    return {
      ...scenario,
      variants: Object.fromEntries(Object.entries(scenario.variants).filter(([id]) => meant.has(id))),
    };
  });
  return [...failures, ...new Set(figures.flatMap((one) => one.scenario ?? []))];
}

/** What the runtime can not play is not played, by name, and its rows say why. */
function withoutUnplayable(examined: Examined, runtime: Runtime, can: readonly Scenario[]): Examined {
  const rows = examined.rows.map((row): ExaminedRow => {
    const { scenario, variants } = row;
    const played = can.find((one) => one.id === scenario?.id)?.variants ?? {};
    const about = variants ?? Object.keys(scenario?.variants ?? {});
    if (scenario === undefined || about.some((one) => Object.hasOwn(played, one))) return row;
    const what = variants === undefined ? scenario.id : variants.map((one) => `${scenario.id}/${one}`).join(', ');
    return { ...row, claims: [], why: `the runtime "${runtime.name}" can not play ${what}` };
  });
  return { ...examined, rows };
}

interface Asked {
  readonly examined: Examined;
  readonly given: ExamineOptions;
  readonly suite: Suite;
  readonly options: Options;
}
async function play(
  { examined, given, suite, options }: Asked,
  session: Session,
): Promise<{ run: PlayedRun | undefined; examined: Examined } | 'interrupted'> {
  const asked = askedFor(examined);
  if (asked.length === 0) return { run: undefined, examined };
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const runtime = await prepareRuntime(options.runtime, { fetch: options.fetch ? 'ask' : 'no', say });
  const scenarios = playable(runtime, asked, say);
  const left = withoutUnplayable(examined, runtime, scenarios);
  if (scenarios.length === 0) return { run: undefined, examined: left };
  const claims = [...left.rows.flatMap((row) => row.claims), ...left.figures.flatMap((one) => one.claim ?? [])];
  const run = await playRun(
    {
      suite,
      topology: given.topology,
      runtime,
      scenarios,
      claims,
      mode: 'normal',
      seed: options.seed,
      tempo: undefined,
      profile: given.profile,
      rateRps: undefined,
      parallel: undefined,
      isFast: options.fast === true,
      shard: undefined,
      api: 'reference',
      command: [
        'npx twin check',
        shellWord(given.file),
        ...suite.args,
        ...setArguments(options),
        `--runtime ${options.runtime}`,
        `--seed ${options.seed}`,
        ...(options.profile === undefined ? [] : [`--profile ${shellWord(options.profile)}`]),
        ...(options.fast === true ? ['--fast'] : []),
      ].join(' '),
      // Somebody's document is held against the twin alone.
      isCheck: true,
      ...NOTHING_ON_FILE,
      out: options.out,
      stream: process.stderr,
    },
    session,
  );
  return run === undefined ? 'interrupted' : { run, examined: left };
}

const writing = (file: string, text: string): void => {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new SimError('SIM_OUT_UNWRITABLE', `${nameOf(file)} can not be written: ${(cause as Error).message}`, {
      cause,
    });
  }
};
/** Fills the columns between the document's markers; the mark at its beginning that readers do not see stays too. */
function fillIn(path: string, checked: Checked, examined: string): string {
  if (readDocument(path, nameOf(path)) !== examined)
    return `not written: ${checked.file} was changed while it was checked, and its lines are others now. check it again`;
  const filled = filledIn(readFileSync(path, 'utf8'), checked);
  if (filled === undefined)
    return `not written: ${checked.file} has no pair of <!-- twin:begin --> and <!-- twin:end -->, each on a line of its own, around a table`;
  writing(path, filled);
  return `written: the columns between the markers of ${checked.file}`;
}

async function check(file: string, options: Options, session: Session): Promise<number> {
  if (options.write === true && options.plan === true)
    throw new SimError('SIM_USAGE', '--plan and --write exclude each other', {
      hint: 'a plan plays nothing, so there is nothing to write',
    });
  const path = resolve(file);
  const markdown = readDocument(path, nameOf(path));
  const suite = openSuite(options);
  const topology = await loadTopology(suite, options.set);
  const scenarios = await allScenarios(suite);
  const profile = profileOf(topology, options);
  const given: ExamineOptions = {
    file: nameOf(path),
    topology,
    topologyFile: nameOf(suite.topology),
    scenarios,
    profile,
  };
  const examined = examine(markdown, given);
  const show = (checked: Checked): void =>
    void process.stdout.write(
      options.json === true ? renderCheckJson(checked) : renderCheck(checked, process.stdout, options.plan === true),
    );
  if (options.plan === true) {
    show(concludeCheck(examined, given));
    return EXITS.expected;
  }
  const played = await play({ examined, given, suite, options }, session);
  if (played === 'interrupted') return EXITS.interrupted;
  const { run } = played;
  const checked = concludeCheck(played.examined, given, run?.summary ?? NOTHING_PLAYED);
  if (run !== undefined) {
    writing(join(run.folder, 'check.json'), renderCheckJson(checked));
    writing(join(run.folder, 'check.md'), correctedDocument(checked));
  }
  show(checked);
  if (options.write === true) process.stderr.write(`${fillIn(path, checked, markdown)}\n`);
  if (run !== undefined && options.json !== true)
    process.stdout.write(
      `report ${nameOf(join(run.folder, 'index.html'))}    corrected tables ${nameOf(join(run.folder, 'check.md'))}\n`,
    );
  return checkExitOf(checked);
}
const NOTHING_PLAYED: Pick<RunSummary, 'scenarios'> = { scenarios: [] };

export function addCheck(program: Command, runCommand: Run): void {
  const command = program
    .command('check')
    .argument('<file>', 'a Markdown document: its failure tables and latency figures are judged')
    .description(
      "judge somebody's document: play its failure tables, hold its latency figures against light and the twin",
    )
    .option('--plan', 'only say what would be played; nothing is played')
    .option('--json', 'one entry a row of a failure table and a latency figure')
    .option('--write', 'fill the verdicts into the tables between <!-- twin:begin --> and <!-- twin:end -->')
    .option('--runtime <name>', `where it is played: ${RUNTIME_NAMES.join(', ')}`, oneOf(RUNTIME_NAMES), 'embedded')
    .option(
      '--seed <n>',
      'the same seed draws the same users, delays and back-offs',
      numberBetween(0, 2 ** 31 - 1, true),
      7,
    )
    .option('--profile <name>', "latencies that are assumed; default: the topology's")
    .option('--fast', 'phases only as long as proofs and counts need them')
    .option('--no-fetch', 'never fetch a missing program')
    .addOption(setOption())
    .addOption(outOption())
    .addHelpText(
      'after',
      "\nin the document, on or above a row or above a table:\n  <!-- twin: scenario=redis-down expect='status=500 share>=95%' -->   plays that scenario, and expects that\n\nexit codes: 0 all right, 1 a sentence is wrong or a figure impossible, 2 something could not be judged, 4 unreadable",
    )
    .action((file: string, options: Options) => runCommand((session) => check(file, options, session)));
  addSuiteOptions(command);
}
