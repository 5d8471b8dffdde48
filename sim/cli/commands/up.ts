/** `twin up`: keeps the cluster and its users running until it is told to end; other commands break and heal it. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { createStatusView } from '../../../reports/status-view.ts';
import { readJournal } from '../../../reports/read.ts';
import { finalTable } from '../../../reports/terminal.ts';
import { writeReports } from '../../../reports/write.ts';
import { contractLines } from '../../../reports/your-api.ts';
import { SimError } from '../../errors.ts';
import { journalTo } from '../../journal.ts';
import { duration } from '../../scenario/phrases.ts';
import { summarise } from '../../scenario/summarise.ts';
import { playByHand } from '../../studies/by-hand/by-hand.ts';
import type { Hand } from '../../studies/by-hand/hand.ts';
import { gist, statusPieces } from '../../studies/by-hand/words.ts';
import { scriptRateRps } from '../../traffic/plan.ts';
import { chooseScenarios, loadScripts, loadTopology } from '../catalogue.ts';
import { EXITS, inCi } from '../exits.ts';
import { answering } from '../hand/answer.ts';
import { openDoors, type Doors } from '../hand/doors.ts';
import { openControl } from '../hand/server.ts';
import { profileOf, hostFacts, sinceStartMs } from '../host-facts.ts';
import { addApiOptions, apiArguments, identityOf, ownApiOf, type ApiOptions } from '../own-api.ts';
import { interruption, type Interruption } from '../interruption.ts';
import type { Run, Session } from '../main.ts';
import {
  addSuiteOptions,
  LIVE_TEMPO,
  numberBetween,
  oneOf,
  outOption,
  setArguments,
  setOption,
  type SetOptions,
} from '../options.ts';
import { nameOf } from '../paths.ts';
import { openSuite, type SuiteOptions } from '../suite.ts';
import { newRunId, openJournalFile } from '../run-folder.ts';
import { prepareRuntime, RUNTIME_NAMES, type RuntimeName } from '../runtimes.ts';
import { leftBehind } from './doctor.ts';

interface Options extends SuiteOptions, ApiOptions, SetOptions {
  readonly runtime: RuntimeName;
  readonly seed: number;
  readonly tempo: number;
  readonly users?: number;
  readonly profile?: string;
  readonly fetch: boolean;
  readonly out: string;
}
const LOAD = 'tasks';
const STATUS_EVERY_MS = 1_000;

/** Ended by a signal before the twin was up, or asked to come down after it. */
interface Ending extends Disposable {
  /** Aborted by a signal that came while there was no twin yet. */
  readonly early: AbortSignal;
  /** From here on a signal asks the twin to come down in order. */
  readonly isUp: () => void;
  readonly down: () => void;
  readonly asked: Promise<void>;
}
function endingOf(stop: Interruption): Ending {
  const early = new AbortController();
  const asked = Promise.withResolvers<void>();
  let up = false;
  const onStop = (): void => (up ? asked.resolve() : early.abort(stop.signal.reason));
  stop.signal.addEventListener('abort', onStop, { once: true });
  return {
    early: early.signal,
    isUp: () => void (up = true),
    down: asked.resolve,
    asked: asked.promise,
    [Symbol.dispose]: () => stop.signal.removeEventListener('abort', onStop),
  };
}

/** Serves whoever asks over the socket, and shows a line a second, until the twin is to come down. */
async function serve(hand: Hand, doors: Doors, folder: string, ending: Ending): Promise<void> {
  const { staged, timeOfDay } = hand.options;
  await using _control = await openControl(folder, answering(hand, doors, ending.down));
  process.stdout.write(
    `up in ${duration(sinceStartMs())}, twin ${process.pid}. break it from another window: npx twin break redis --hang\n`,
  );
  for (const [name, line] of Object.entries(doors.lines)) process.stdout.write(`${name.padEnd(10)} ${line}\n`);
  process.stdout.write(`${''.padEnd(10)} npx twin curl /api/tasks/\n`);
  const own = staged.stage.parts.find((part) => part.kind === 'own-app');
  if (own !== undefined)
    for (const line of contractLines(own.version, staged.contract)) process.stdout.write(`${line}\n`);
  const view = createStatusView(process.stdout);
  const show = (): void => {
    const now = hand.view();
    const [first = '', ...rest] = statusPieces(now, timeOfDay);
    view.show([`${timeOfDay(staged.nowMs())} ${first}`, ...rest], gist(now));
  };
  const timer = setInterval(show, STATUS_EVERY_MS);
  try {
    await ending.asked;
  } finally {
    clearInterval(timer);
    view.end();
  }
  process.stdout.write('coming down: healing, letting requests end, reading back. Ctrl-C again does not wait\n');
}

async function up(options: Options, session: Session): Promise<number> {
  const ownApi = ownApiOf(options);
  const suite = openSuite(options);
  const topology = await loadTopology(suite, options.set);
  const profile = profileOf(topology, options);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const runtime = await prepareRuntime(options.runtime, { fetch: options.fetch ? 'ask' : 'no', say, ownApi });
  const lack = runtime.lacks('by-hand');
  if (lack !== undefined)
    throw new SimError('SIM_NOT_MODELLED', `runtime "${runtime.name}" cannot be played by hand: ${lack}`, {
      hint: 'npx twin up, on embedded; or npx twin rehearse --runtime model',
    });
  const tokenSecret = randomBytes(16).toString('hex');
  const scenarios = await chooseScenarios(suite, topology, []);
  const scripts = await loadScripts(suite, topology, scenarios, tokenSecret);
  const script = scripts.get(LOAD) ?? [...scripts.values()][0];
  if (script === undefined) throw new SimError('SIM_LOAD_INVALID', 'no scenario has a load script');
  const startedAt = new Date();
  const runId = newRunId(startedAt);
  using journal = openJournalFile(runId, options.out);
  session.kept = nameOf(journal.folder);
  using stop = interruption();
  using ending = endingOf(stop);
  const rateRps = options.users ?? scriptRateRps(script);
  let originMs = 0;
  try {
    await playByHand(
      {
        runId,
        runtime,
        topology,
        scenarios,
        script,
        rateRps,
        tokenSecret,
        seed: options.seed,
        tempo: options.tempo,
        profile,
        api: identityOf(ownApi),
        host: hostFacts(),
        startedAt: startedAt.toISOString(),
        command: [
          `npx twin up --users ${rateRps}`,
          ...suite.args,
          `--seed ${options.seed}`,
          ...(options.tempo === undefined ? [] : [`--tempo ${options.tempo}`]),
          ...(options.profile === undefined ? [] : [`--profile ${options.profile}`]),
          ...setArguments(options),
          ...apiArguments(options),
        ].join(' '),
        journal: journalTo((entry) => journal.append(entry)),
        sinceStartMs,
        signal: ending.early,
        timeOfDay: (atMs) => new Date(originMs + atMs).toLocaleTimeString('en-GB'),
      },
      async (hand) => {
        const { staged } = hand.options;
        originMs = Date.now() - staged.nowMs();
        const doors = await openDoors(topology, staged.stage, script);
        ending.isUp();
        await serve(hand, doors, staged.stage.doors?.folder ?? '', ending);
      },
    );
  } catch (error) {
    if (!ending.early.aborted) throw error;
    say(`\nended by ${stop.reason ?? 'a signal'} before it was up: everything was cleaned up`);
    return EXITS.interrupted;
  }
  const { entries } = await readJournal(journal.folder);
  const ci = inCi();
  const summary = summarise(entries, { expectations: {}, ci });
  const { html } = await writeReports(journal.folder, entries, summary, { ci });
  const end = { reportPath: nameOf(html), leftBehind: await leftBehind(runtime.name) };
  process.stdout.write(finalTable(summary, { stream: process.stdout, ...end }));
  return stop.signal.aborted ? EXITS.interrupted : EXITS.expected;
}

export function addUp(program: Command, run: Run): void {
  const command = program
    .command('up')
    .description('keep the cluster and its users running, to break and heal it by hand from another window')
    .option('--users <rps>', 'requests a second; default: as the load script says', numberBetween(0.1, 500, false))
    .option('--runtime <name>', 'where it runs: embedded', oneOf(RUNTIME_NAMES), 'embedded')
    .option('--seed <n>', 'the same seed draws the same users and delays', numberBetween(0, 2 ** 31 - 1, true), 7)
    .option(
      '--tempo <n>',
      'idle waits are this many times shorter; what users wait for never is',
      numberBetween(1, 1_000, false),
      LIVE_TEMPO,
    )
    .option('--profile <name>', 'latencies: physical or documented')
    .option('--no-fetch', 'never fetch a missing program')
    .addOption(setOption())
    .addOption(outOption())
    .addHelpText(
      'after',
      '\nfrom another window: twin break, heal, restart, status, curl, logs; twin break --secret, hint, guess; twin down\nCtrl-C or twin down ends it: the report is written, nothing is left behind (exit 130, or 0 by twin down)',
    )
    .action((options: Options) => run((session) => up(options, session)));
  addSuiteOptions(command);
  addApiOptions(command);
}
