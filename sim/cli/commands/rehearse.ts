/** `twin rehearse [id…]`: plays scenarios, judges what the document says of them, writes the reports. */
import type { Command } from 'commander';
import type { Topology } from '../../../topology/schema.ts';
import { renderAnnotations } from '../../../reports/github.ts';
import { renderJson } from '../../../reports/json.ts';
import { finalTable } from '../../../reports/terminal.ts';
import { SimError } from '../../errors.ts';
import { select, unknownEntries, type ExpectationsKey } from '../../scenario/expectations.ts';
import { shard, type Shard } from '../../scenario/fast.ts';
import { misfitsOf } from '../../scenario/misfits.ts';
import type { Mode } from '../../scenario/play.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { playable } from '../../studies/rehearsal.ts';
import { chooseScenarios, loadClaims, loadTopology, scenarioNames } from '../catalogue.ts';
import { EXITS, inCi } from '../exits.ts';
import { accept, exitOfAccepted, expectedPathOf, readExpected, tellUnknown } from '../expected-file.ts';
import type { Run, Session } from '../main.ts';
import { leftBehind } from './doctor.ts';
import { profileOf } from '../host-facts.ts';
import { playRun } from '../play-run.ts';
import {
  addSuiteOptions,
  LIVE_TEMPO,
  expectedOption,
  numberBetween,
  oneOf,
  outOption,
  part,
  setArguments,
  setOption,
  type SetOptions,
} from '../options.ts';
import { addApiOptions, apiArguments, identityOf, ownApiOf, type ApiOptions } from '../own-api.ts';
import { nameOf } from '../paths.ts';
import { prepareRuntime, RUNTIME_NAMES, type RuntimeName } from '../runtimes.ts';
import { shellWord } from '../shell-word.ts';
import { forgeName, openSuite, type Suite, type SuiteOptions } from '../suite.ts';

interface Options extends SuiteOptions, ApiOptions, SetOptions {
  readonly runtime: RuntimeName;
  readonly seed: number;
  readonly tempo?: number;
  readonly rate?: number;
  readonly profile?: string;
  readonly parallel?: number;
  readonly fast?: true;
  readonly shard?: Shard;
  readonly placebo?: true;
  readonly sabotage?: true;
  readonly json?: true;
  readonly updateExpected?: true;
  readonly fetch: boolean;
  readonly out: string;
  readonly expected?: string;
}

const commandOf = (ids: readonly string[], suite: Suite, o: Options): string =>
  [
    'npx twin rehearse',
    ...new Set(ids),
    ...suite.args,
    `--runtime ${o.runtime}`,
    ...setArguments(o),
    ...apiArguments(o),
    `--seed ${o.seed}`,
    ...(o.tempo === undefined ? [] : [`--tempo ${o.tempo}`]),
    ...(o.profile === undefined ? [] : [`--profile ${shellWord(o.profile)}`]),
    ...(o.rate === undefined ? [] : [`--rate ${o.rate}`]),
    ...(o.fast === true ? ['--fast'] : []),
    ...(o.shard === undefined ? [] : [`--shard ${o.shard.nth}/${o.shard.of}`]),
    ...(o.placebo === true ? ['--placebo'] : []),
    ...(o.sabotage === true ? ['--sabotage'] : []),
    ...(o.expected === undefined ? [] : [`--expected ${shellWord(nameOf(o.expected))}`]),
  ].join(' ');

function checkModes(options: Options): void {
  if (options.placebo === true && options.sabotage === true)
    throw new SimError('SIM_USAGE', '--placebo and --sabotage exclude each other', {
      hint: 'a placebo applies no fault, sabotage applies it to the wrong target',
    });
  if (options.updateExpected === true && (options.placebo === true || options.sabotage === true))
    throw new SimError('SIM_USAGE', 'a placebo or sabotage run can not be accepted as expected', {
      hint: 'run it without --placebo and --sabotage',
    });
}

/** Those whose wrong target is there. @throws SimError `SIM_USAGE` when none is left */
function withDecoy(
  scenarios: readonly Scenario[],
  topology: Topology,
  say: (line: string) => void,
): readonly Scenario[] {
  const lacking = scenarios.map((one) => ({ one, misfits: misfitsOf(one, topology, true) }));
  for (const { one, misfits } of lacking)
    if (misfits.length > 0) say(`${one.id}: not played, its wrong target is missing: ${misfits.join(', ')}`);
  const left = lacking.filter(({ misfits }) => misfits.length === 0).map(({ one }) => one);
  if (left.length > 0) return left;
  throw new SimError('SIM_USAGE', 'no scenario has a wrong target in this topology', {
    hint: 'a scenario names it as its decoy',
  });
}

/** @throws SimError `SIM_USAGE` when there are more parts than plays */
function partOf(scenarios: readonly Scenario[], part: Shard | undefined): readonly Scenario[] {
  if (part === undefined) return scenarios;
  const own = shard(scenarios, part);
  if (own.length > 0) return own;
  const plays = scenarios.reduce((sum, one) => sum + Object.keys(one.variants).length, 0);
  throw new SimError('SIM_USAGE', `--shard ${part.nth}/${part.of}: nothing is left for this part`, {
    hint: plays === 1 ? 'there is one play: it has no parts' : `there are ${plays} plays: at most ${plays} parts`,
  });
}
async function run(ids: readonly string[], options: Options, session: Session): Promise<number> {
  checkModes(options);
  const ownApi = ownApiOf(options);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const suite = openSuite(options);
  const topology = await loadTopology(suite, options.set);
  const profile = profileOf(topology, options);
  const chosen = await chooseScenarios(suite, topology, ids);
  const expectedPath = expectedPathOf(suite, options);
  const expected = readExpected(expectedPath);
  const said = loadClaims(suite, topology, chosen);
  const runtime = await prepareRuntime(options.runtime, { fetch: options.fetch ? 'ask' : 'no', say, ownApi });
  const able = playable(runtime, chosen, say, ids.length > 0);
  const scenarios = partOf(options.sabotage === true ? withDecoy(able, topology, say) : able, options.shard);
  const claims = said.filter((claim) => scenarios.some((scenario) => scenario.id === claim.scenario));
  const mode: Mode = options.placebo === true ? 'placebo' : options.sabotage === true ? 'sabotage' : 'normal';
  const expectedFile = nameOf(expectedPath);
  const key: ExpectationsKey = { topology: topology.id, runtime: runtime.name, api: identityOf(ownApi) };
  const unknown = unknownEntries(select(expected, key), chosen, said, scenarioNames(suite));
  tellUnknown(expectedPath, unknown);
  const stream = options.json === true ? process.stderr : process.stdout;
  const played = await playRun(
    {
      suite,
      topology,
      runtime,
      scenarios,
      claims,
      mode,
      seed: options.seed,
      tempo: options.tempo,
      profile,
      rateRps: options.rate,
      parallel: options.parallel,
      isFast: options.fast === true,
      shard: options.shard,
      api: key.api,
      command: commandOf(ids, suite, options),
      expectations: select(expected, key),
      expectedFile,
      ci: inCi(),
      out: options.out,
      stream,
    },
    session,
  );
  if (played === undefined) return EXITS.interrupted;
  const { summary, page } = played;
  const exitCode = options.updateExpected === true ? exitOfAccepted(summary) : summary.exitCode;
  if (options.updateExpected === true) accept(expectedPath, key, summary, unknown);
  if (options.json === true) process.stdout.write(renderJson(summary));
  else
    process.stdout.write(
      finalTable(summary, {
        stream,
        reportPath: nameOf(page),
        leftBehind: await leftBehind(runtime.name),
        expectedFile,
        exitCode,
      }),
    );
  if (process.env['GITHUB_ACTIONS'] === 'true')
    for (const line of renderAnnotations(summary, expectedFile, forgeName)) stream.write(`${line}\n`);
  return exitCode;
}

export function rehearse(program: Command, runCommand: Run): void {
  const command = program
    .command('rehearse')
    .argument('[id...]', 'scenarios to play; none: all. names: twin list')
    .description('play scenarios, judge what the document says of them, write the reports')
    .option('--runtime <name>', `where it is played: ${RUNTIME_NAMES.join(', ')}`, oneOf(RUNTIME_NAMES), 'embedded')
    .option(
      '--seed <n>',
      'the same seed draws the same users, delays and back-offs',
      numberBetween(0, 2 ** 31 - 1, true),
      7,
    )
    .option(
      '--tempo <n>',
      `idle waits are this many times shorter (default: ${LIVE_TEMPO}, on the model 1); what users wait for never is`,
      numberBetween(1, 1_000, false),
    )
    .option(
      '--rate <rps>',
      'requests a second, all journeys together; default: as the load script says',
      numberBetween(0.1, 500, false),
    )
    .option(
      '--profile <name>',
      "latencies: for the reference cluster physical (what distance allows) or documented (the book at its word); default: the topology's",
    )
    .option(
      '--parallel <n>',
      'twins side by side (default: on embedded as many as leave the cores enough idle, up to three a core; else 1); what judges time is played alone',
      numberBetween(1, 16, true),
    )
    .option('--fast', 'phases only as long as proofs and counts need them: the same verdicts, sooner')
    .option('--shard <i/n>', 'only this part of all plays, as in 2/3; the parts take about equally long', part)
    .option('--placebo', 'play without the fault: nothing may be proven')
    .option('--sabotage', 'aim the fault at a wrong target: nothing may be proven')
    .option('--json', 'print summary.json instead of the table')
    .option('--update-expected', 'accept what this run saw as expected')
    .option('--no-fetch', 'never fetch a missing program')
    .addOption(setOption())
    .addOption(outOption())
    .addOption(expectedOption())
    .addHelpText(
      'after',
      '\nexamples:\n  twin rehearse                         everything, on real Postgres and Redis\n  twin rehearse redis-down --seed 8\n  twin rehearse --runtime model         the same in virtual time, about a second\n  twin rehearse --placebo               proves nothing, as it must\n  twin rehearse --fast --shard 2/3      the second of three parts, on a CI runner\n  twin rehearse --api ./server          your api in the place of ours: docs/own-api.md\n\nenvironment:\n  CI          what is not yet accepted is a finding (exit 1)\n  TWIN_CACHE  where what was fetched once is kept (.cache)\n\nexit codes: twin help exit',
    )
    .action((ids: string[], options: Options) => runCommand((session) => run(ids, options, session)));
  addSuiteOptions(command);
  addApiOptions(command);
}
