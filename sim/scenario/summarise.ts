/** From a journal to what a run comes to. Pure: `twin report` computes it again from the file. */
import { ledgerOf } from '../checkers/ledger.ts';
import { absenceOf, ledgerSilences } from '../checkers/traits.ts';
import { countsOf, entriesOf, phaseStats, requestsIn } from '../checkers/window.ts';
import { SimError } from '../errors.ts';
import type { Claim, Entry, PlayedEntry, PlayEntry, RunEntry } from '../runtimes/entries.ts';
import { NOT_MODELLED } from './not-modelled.ts';
import { compare, isUnsaid, speaksOf, type Expectations } from './expectations.ts';
import { budgetOf, budgetSaw } from './budget.ts';
import { inEpisodes } from './episodes.ts';
import { judge, proofOf, troubleOf, unprovenBecause } from './judge.ts';
import { judgeFigure } from './judge-figure.ts';
import { openPains, painOf } from './pain.ts';
import { addedMs, sawOf } from './saw.ts';
import {
  isSeen,
  type PlayResult,
  type RunSummary,
  type ScenarioResult,
  type SinceLast,
  type Statement,
  type Unmentioned,
} from './summary.ts';
import { unmentionedIn } from './unmentioned.ts';

export interface SummariseOptions {
  readonly expectations: Expectations;
  /** In CI a statement that is not on file is a finding. */
  readonly ci: boolean;
}

const isPlayed = (entry: Entry): entry is PlayedEntry => 'play' in entry && entry.kind !== 'play';

/** A fault, or an operation that somebody has to take back. */
const isBrokenIn = (entries: readonly PlayedEntry[]): boolean =>
  entriesOf(entries, 'fault').length > 0 || entriesOf(entries, 'operation').some((one) => one.as !== undefined);

function playResult(
  play: PlayEntry,
  entries: readonly PlayedEntry[],
  run: RunEntry,
  claims: readonly Claim[],
): PlayResult {
  const budget = budgetOf(play, entries, claims);
  const phases = phaseStats(entries, Object.keys(play.journeys), play.patienceMs);
  const [isByHand, isBroken] = [run.mode === 'by-hand', isBrokenIn(entries)];
  const trouble = troubleOf(entries, play) ?? (isByHand && isBroken ? unprovenBecause(proofOf(entries)) : undefined);
  const journey = play.exposed[0] ?? '';
  // Where nothing is broken, what users see before is all there is.
  const seen = requestsIn(entries, budget.length > 0 ? 'before' : 'during', play.exposed);
  const load = entriesOf(entries, 'load').at(-1)?.report;
  const ledger = ledgerOf(entries, play.journeys);
  const isPlayedOut = run.mode === 'normal' && trouble === undefined && budget.length === 0;
  const absence = absenceOf(entries);
  const open = isPlayedOut ? (absence?.reason ?? unprovenBecause(proofOf(entries))) : absence?.reason;
  // Statements say themselves what is not proven; of a variant that none is about nobody else does.
  const unproven = isPlayedOut && isUnsaid(play, claims) ? open : undefined;
  const proven = open === undefined && trouble === undefined && (run.mode === 'normal' || isByHand);
  return {
    play: play.play,
    scenario: play.scenario,
    variant: play.variant,
    title: play.title,
    layer: play.layer,
    steady: trouble === undefined,
    trouble,
    ...(unproven === undefined ? {} : { unproven }),
    saw:
      absence?.reason ??
      (isByHand && !isBroken
        ? 'nothing was broken'
        : ((budget.length > 0 ? budgetSaw(play, entries) : undefined) ?? sawOf(play, phases, entries))),
    pain: proven ? painOf(countsOf(seen, play.patienceMs), addedMs(phases, journey)) : 'unknown',
    phases,
    ledger,
    load: {
      scheduled: load?.scheduled ?? 0,
      sent: load?.sent ?? 0,
      dropped: load?.dropped ?? 0,
      lagP99Ms: load?.lagP99Ms ?? 0,
    },
    parts: play.parts,
    readyMs: entriesOf(entries, 'ready').at(-1)?.readyMs ?? 0,
    notModelled: [...(NOT_MODELLED[run.runtime] ?? []), ...ledgerSilences(ledger)],
    ...(budget.length === 0 ? {} : { budget }),
  };
}

/** How to see one scenario again: the run's command with its name alone, whatever was played beside it. */
const reproOf = (command: string, scenario: string): string =>
  command.replace(/^npx twin rehearse(?: (?!-)\S+)*/, `npx twin rehearse ${scenario}`).replace(/ --shard \S+/, '');

const idOf = (play: PlayEntry, about: string): string => `${play.scenario}/${play.variant}/${about}`;
/** What users saw and the document is silent about, held against what is on file. */
function unmentionedOf(
  play: PlayEntry,
  result: PlayResult,
  entries: readonly PlayedEntry[],
  claims: readonly Claim[],
  run: RunEntry,
  options: SummariseOptions,
): Unmentioned[] {
  // A play that proves nothing shows no loss of this fault, and not that one is gone.
  if (result.pain === 'unknown') return [];
  const onFile = (id: string): boolean => Object.hasOwn(options.expectations, idOf(play, id));
  return unmentionedIn(play, entries, result.ledger, claims, onFile).map((one) => {
    const id = idOf(play, one.id);
    const since: SinceLast =
      run.mode === 'by-hand' ? { kind: 'not-compared' } : compare(options.expectations[id], 'not-in-book', one.pain);
    return { ...one, id, variant: play.variant, since };
  });
}

function scenarioResult(
  plays: readonly { play: PlayEntry; entries: readonly PlayedEntry[] }[],
  claims: readonly Claim[],
  run: RunEntry,
  options: SummariseOptions,
): ScenarioResult {
  const first = plays[0]?.play;
  if (first === undefined) throw new Error('a scenario without a play');
  const results = plays.map(({ play, entries }) => playResult(play, entries, run, claims));
  const statements: Statement[] = plays.flatMap(({ play, entries }, index) =>
    claims
      .filter((claim) => speaksOf(claim, play.variant, play.unsaid))
      .map((claim) => {
        const judgement = (claim.about === 'figure' ? judgeFigure : judge)(claim, play, entries);
        const added = addedMs(results[index]?.phases ?? [], play.exposed[0] ?? '');
        const felt = claim.about === 'sees' ? added : 0;
        const isOpen = judgement.verdict === 'inconclusive';
        const pain = isOpen ? 'unknown' : painOf(judgement.counts, felt);
        return {
          ...judgement,
          pain,
          since: compare(
            options.expectations[judgement.id],
            judgement.verdict,
            pain,
            isOpen ? [] : openPains(judgement.counts, felt),
          ),
          repro: reproOf(run.command, play.scenario),
        };
      }),
  );
  const unmentioned = plays.flatMap(({ play, entries }, index) => {
    const result = results[index];
    return result === undefined ? [] : unmentionedOf(play, result, entries, claims, run, options);
  });
  const asExpected = [...statements, ...unmentioned].every((one) => one.since.kind === 'same');
  return {
    id: first.scenario,
    layer: first.layer,
    title: first.scenarioTitle,
    asExpected,
    plays: results,
    statements,
    unmentioned,
  };
}

/** Exit of a run: 1 changed (or new, in CI) before 3 not steady before 2 not proven. A placebo or sabotage that proves nothing is as it must be. */
export function exitCodeOf(scenarios: readonly ScenarioResult[], run: Pick<RunEntry, 'mode'>, ci: boolean): number {
  const statements = scenarios.flatMap((one) => one.statements);
  if (run.mode !== 'normal') return statements.every((one) => one.verdict === 'inconclusive') ? 0 : 1;
  const all = [...statements, ...scenarios.flatMap((one) => one.unmentioned)];
  const steadyChange = all.some(
    (one) => one.since.kind === 'changed' && !('judged' in one && one.verdict === 'inconclusive'),
  );
  if (
    steadyChange ||
    (ci && all.some((one) => one.since.kind === 'new' && !('judged' in one && one.verdict === 'inconclusive')))
  )
    return 1;
  return openExitOf(
    scenarios,
    (one) => one.verdict === 'inconclusive' && !(one.since.kind === 'same' && one.since.reason !== undefined),
  );
}
/** 3 not steady before 2 not proven before 0. @param isOpen  which statements are left unproven, without a reason on file */
export function openExitOf(scenarios: readonly ScenarioResult[], isOpen: (one: Statement) => boolean): number {
  const [statements, plays] = [scenarios.flatMap((one) => one.statements), scenarios.flatMap((one) => one.plays)];
  if (statements.some((one) => !one.judged) || plays.some((one) => !one.steady)) return 3;
  return statements.some(isOpen) || plays.some((one) => one.unproven !== undefined) ? 2 : 0;
}

/** The first cluster that was Ready; 0 is none. */
const earlier = (first: number, ms: number): number => (first === 0 || (ms > 0 && ms < first) ? ms : first);

/** @throws SimError `SIM_JOURNAL_INVALID` for a journal without its first entry */
export function summarise(journal: readonly Entry[], options: SummariseOptions): RunSummary {
  const entries = inEpisodes(journal);
  const run = entries.find((entry): entry is RunEntry => entry.kind === 'run');
  if (run === undefined)
    throw new SimError('SIM_JOURNAL_INVALID', 'the journal does not say which run it is of', {
      hint: 'its first line must be the entry "run"',
    });
  const claims = entries.filter((entry) => entry.kind === 'claim').map((entry) => entry.claim);
  const plays = entries.filter((entry): entry is PlayEntry => entry.kind === 'play');
  const played = entries.filter(isPlayed);
  // Sorted: which of several twins came up first is chance.
  const ids = [...new Set(plays.map((play) => play.scenario))].toSorted();
  const scenarios = ids.map((id) =>
    scenarioResult(
      plays
        .filter((play) => play.scenario === id)
        .toSorted((a, b) => (a.play < b.play ? -1 : 1))
        .map((play) => ({ play, entries: played.filter((entry) => entry.play === play.play) })),
      claims.filter((claim) => claim.scenario === id),
      run,
      options,
    ),
  );
  const statements = scenarios.flatMap((one) => one.statements);
  const all = [...statements, ...scenarios.flatMap((one) => one.unmentioned)];
  const count = (test: (one: Statement) => boolean): number => statements.filter(test).length;
  const end = entries.find((entry) => entry.kind === 'run-end');
  const hosts = entriesOf(played, 'host');
  const { kind: _kind, atMs: _at, version: _version, ...about } = run;
  return {
    ...about,
    version: 1,
    host: {
      ...run.host,
      loadAverage: Math.max(0, ...hosts.map((h) => h.loadAverage)),
      lagP99Ms: Math.max(0, ...hosts.map((h) => h.lagP99Ms)),
    },
    wallMs: end?.wallMs ?? 0,
    readyMs: scenarios.flatMap((one) => one.plays.map((play) => play.readyMs)).reduce(earlier, 0),
    ended: end?.ended ?? 'interrupted',
    scenarios,
    totals: {
      right: count((s) => s.verdict === 'confirmed'),
      wrong: count((s) => s.verdict === 'refuted'),
      notProven: count((s) => s.judged && s.verdict === 'inconclusive'),
      notJudged: count((s) => !s.judged),
      missing: new Set(
        scenarios.flatMap((one) => one.unmentioned.filter(isSeen).map((u) => `${one.id}/${u.id.split('/').at(-1)}`)),
      ).size,
      changed: all.filter((one) => one.since.kind === 'changed').length,
      fresh: all.filter((one) => one.since.kind === 'new').length,
    },
    exitCode: exitCodeOf(scenarios, run, options.ci),
  };
}
