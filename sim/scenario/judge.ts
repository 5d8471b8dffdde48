/**
 * Holds what a document says against what a play showed. Pure: the same journal gives the same verdict, always.
 *
 *   not judged     the baseline was not steady, or the play broke off: nothing is said about the cluster
 *   inconclusive   the fault has no proof before, during and after; or too few requests met it; or nothing could be read
 *   refuted        a predicate of the reading does not hold
 *   confirmed      all hold
 */
import { countsOf, entriesOf, requestsIn, requestsOfRecovery, stalls, withoutLastSecond } from '../checkers/window.ts';
import { absenceOf, namesSilence, serviceSilence, silenceAbout } from '../checkers/traits.ts';
import type { Claim, PlayedEntry, PlayEntry, ProofEntry } from '../runtimes/entries.ts';
import { statementId } from './expectations.ts';
import { FELT_MS, painOf } from './pain.ts';
import { findingOf, isThin, neededFor, wrongOf, type Judged } from './findings.ts';
import { duration, ofN } from './phrases.ts';
import type { Counts, ProofOfFault, Statement } from './summary.ts';

export interface Judgement extends Omit<Statement, 'since' | 'repro'> {}

/** A look at what the cluster itself reported. */
export const isReport = ({ question }: Pick<ProofEntry, 'question'>): boolean => question.ask === 'status';

/** Looks that are noted as close as this were taken at once. */
const TOGETHER_MS = 20;
export function proofOf(entries: readonly PlayedEntry[]): ProofOfFault {
  const proofs = entriesOf(entries, 'proof');
  const at = (stage: ProofEntry['stage']): boolean | undefined => {
    const all = proofs.filter((proof) => proof.stage === stage);
    // A report stands from when it came: of looks for the same those that were taken last tell.
    const lastMs = (as: string): number => all.findLast((one) => isReport(one) && one.as === as)?.atMs ?? 0;
    const looks = all.filter((one) => !isReport(one) || lastMs(one.as) - one.atMs < TOGETHER_MS);
    return looks.length === 0 ? undefined : looks.every((proof) => proof.holds);
  };
  const text = (p: ProofEntry): string =>
    `${p.question.ask} ${p.about}: ${p.answer.saw}${p.answer.detail === '' ? '' : ` (${p.answer.detail})`}${isReport(p) ? '' : ` after ${duration(p.answer.tookMs)}`}`;
  return {
    before: at('before'),
    during: at('during'),
    after: at('after'),
    lines: proofs.map((p) => ({ atMs: p.atMs, stage: p.stage, text: text(p), holds: p.holds })),
  };
}

/** "this machine: load 9.1 on 2 cores, twin 340 ms late"; empty on the model, which feels none. */
function machineOf(entries: readonly PlayedEntry[], onlyWhenSlow: boolean): string {
  const host = entriesOf(entries, 'host').at(-1);
  if (host === undefined) return '';
  if (onlyWhenSlow && host.loadAverage <= host.cores && host.lagP99Ms <= FELT_MS) return '';
  return `. this machine: load ${host.loadAverage.toFixed(1)} on ${host.cores} cores, twin ${duration(host.lagP99Ms)} late`;
}

const SLOW_MACHINE = 'usually a slow machine: close other programs, or lower --rate';
/** In virtual time no machine is slow: what fails without a fault fails by the topology. */
const BY_TOPOLOGY =
  'in virtual time no machine is slow: look at who failed, and why, in the report, and at the topology';
const stalledMsIn = (entries: readonly PlayedEntry[]): number =>
  stalls(entries).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);

/** Why nothing may be judged: the play broke off, or what must hold before the fault did not. */
export function troubleOf(entries: readonly PlayedEntry[], play: PlayEntry): string | undefined {
  // Nobody was sent, so nothing was unsteady.
  if (absenceOf(entries) !== undefined) return undefined;
  const end = entriesOf(entries, 'play-end').at(-1);
  if (end === undefined) return 'the play was broken off';
  if (end.error !== undefined) return `the play broke off: ${end.error}${machineOf(entries, true)}`;
  const calm = withoutLastSecond(entries);
  const before = requestsIn(calm, 'before');
  const stalled = stalledMsIn(entries);
  const still = stalled > 0 ? `; the twin itself stood still for ${duration(stalled)}` : '';
  const failed = before.counted.filter((o) => o.end !== 'ok').length;
  for (const predicate of play.hypothesis) {
    const finding = findingOf(calm, play, predicate, 'before');
    if (finding.holds === true) continue;
    const what = failed > 0 ? `${ofN(failed, before.counted.length)} requests failed` : finding.seen;
    return `before any fault ${what} (must hold: ${finding.reading})${still}${machineOf(entries, false)}`;
  }
  return undefined;
}

/** Why a fault is not proven to have come, lasted and gone; undefined when it is. */
export function unprovenBecause(proof: ProofOfFault): string | undefined {
  const broken = (['before', 'during', 'after'] as const).find((stage) => proof[stage] !== true);
  if (broken === undefined) return undefined;
  if (proof.lines.length === 0)
    return 'nothing that anybody could ask shows this fault on this cluster, so nobody looked';
  const line = proof.lines.find((one) => one.stage === broken && !one.holds);
  const seen = line === undefined ? 'nobody looked' : `${line.text}, at ${duration(line.atMs)}`;
  const meanings = {
    before: 'the part was not well before the fault',
    during: 'the fault was not in force',
    after: 'the fault did not end',
  };
  return `${seen}: ${meanings[broken]}`;
}

/** Why a statement is neither right nor wrong, and what to do about it. */
export interface Doubt {
  readonly reason: string;
  readonly next: string;
}
function doubtAbout(
  entries: readonly PlayedEntry[],
  play: PlayEntry,
  claim: Claim,
  proof: ProofOfFault,
  exposed: number,
): Doubt | undefined {
  if (claim.predicates.length === 0)
    return {
      reason: `no outcome in this sentence that can be measured (unread: ${claim.unread.join(', ')})`,
      next: 'say what users see: a status, works or fails, slower, how long',
    };
  const withheld = [
    ...entriesOf(entries, 'fault'),
    ...entriesOf(entries, 'operation').filter((one) => one.as !== undefined),
  ];
  if (withheld.some((one) => one.state === 'withheld'))
    return { reason: 'no fault was applied, so there is nothing to prove', next: 'run it without --placebo' };
  const unproven = unprovenBecause(proof);
  if (unproven !== undefined)
    return { reason: unproven, next: `npx twin doctor, or npx twin explain ${play.scenario}` };
  const needed = Math.max(play.minHits, ...claim.predicates.map((one) => neededFor(one, play)));
  if (exposed < needed)
    return {
      reason: `only ${exposed} requests met it, ${needed} are needed (${play.expectedExposed} were planned)`,
      next: 'raise --rate',
    };
  return namesSilence(play, entries) ?? serviceSilence(entries);
}

function tooFew(findings: readonly Judged[], play: PlayEntry): Doubt | undefined {
  const thin = findings.find((one) => isThin(one, play));
  return (
    thin && {
      reason: `${thin.seen}: ${neededFor(thin.predicate, play)} such requests are needed`,
      next: 'raise --rate',
    }
  );
}

/** What somebody did about it after the failure, and whether its cause lasted on into a later step. */
function actAfter(
  entries: readonly PlayedEntry[],
): { readonly title: string; readonly outlasted: boolean } | undefined {
  const steps = entriesOf(entries, 'step');
  const from = steps.find((step) => step.phase === 'after')?.atMs ?? Infinity;
  const act = entriesOf(entries, 'operation').find((one) => one.state === 'done' && one.atMs >= from);
  if (act === undefined) return undefined;
  const nextMs = steps.find((step) => step.atMs > act.atMs)?.atMs ?? Infinity;
  const healed = entriesOf(entries, 'fault').filter(({ state }) => state === 'healed');
  return { title: act.title, outlasted: healed.some(({ atMs }) => atMs >= nextMs) };
}

/**
 * Whether it would have ended by itself was not played where somebody did something about it. Too late even so it is wrong,
 * unless its cause went on.
 */
function endedByHand(claim: Claim, entries: readonly PlayedEntry[], isWrong: boolean): Doubt | undefined {
  const act = actAfter(entries);
  if (act === undefined || !claim.predicates.some(({ where }) => where?.by === 'itself')) return undefined;
  if (isWrong && !act.outlasted) return undefined;
  return {
    reason: `it was ended by hand (${act.title}): whether it ends by itself was not played`,
    next: `write a scenario that only heals it: npx twin explain ${claim.scenario}`,
  };
}

/** That users can be led elsewhere while the cause lasts was not played where only the cause was ended. */
function endedByItsCause(claim: Claim, entries: readonly PlayedEntry[]): Doubt | undefined {
  if (!claim.predicates.some(({ where }) => where?.by === 'fallback')) return undefined;
  if (actAfter(entries) !== undefined) return undefined;
  return {
    reason: 'it ended with its cause: that somebody leads users elsewhere by hand was not played',
    next: `write a scenario in which somebody does: npx twin explain ${claim.scenario}`,
  };
}

/** A predicate that had nothing to be held against, or not for long enough, is neither right nor wrong. */
function unmeasured(findings: readonly Judged[], entries: readonly PlayedEntry[], claim: Claim): Doubt | undefined {
  const silence = findings.map(({ predicate }) => silenceAbout(predicate, entries)).find((one) => one !== undefined);
  if (silence !== undefined) return silence;
  const finding = findings.find((one) => one.holds === undefined);
  if (finding === undefined) return undefined;
  const asked = `(asked: ${finding.reading})`;
  return finding.isCut
    ? {
        reason: `${finding.seen}, and it was watched no longer ${asked}`,
        next: `write a scenario that lasts longer: npx twin explain ${claim.scenario}`,
      }
    : { reason: `${finding.seen} ${asked}`, next: 'raise --rate' };
}

/** Whose behaviour an answer of each producer shows. */
const KIND_OF_PRODUCER: Readonly<Record<string, string>> = {
  edge: 'from-documents',
  ingress: 'conformant-stand-in',
  api: 'reference-app',
  admin: 'reference-app',
};
/** Parts that are judged as what they are, whatever stands in elsewhere. */
const JUDGED_AS_THEY_ARE: readonly string[] = ['real', 'own-app'];

/**
 * Who was judged: the real services and the kernel where there were any, and whoever produced the answers that users got.
 * On the model it is arithmetic, whatever it models.
 */
export function judgedOn(play: PlayEntry, counts: Pick<Counts, 'byProducer'>): string[] {
  if (play.parts.every((part) => part.kind === 'arithmetic')) return ['arithmetic'];
  const real = play.parts.some((part) => part.kind === 'real') ? ['real'] : [];
  const producers = Object.keys(counts.byProducer).flatMap((producer) => kindOf(play, producer) ?? []);
  return [...new Set([...real, ...producers])];
}
/** A real ingress is judged as real, the user's own api as theirs. */
function kindOf(play: PlayEntry, producer: string): string | undefined {
  const part = play.parts.find((one) => one.role === producer && JUDGED_AS_THEY_ARE.includes(one.kind));
  return part?.kind ?? KIND_OF_PRODUCER[producer];
}

/** What is left to say once a statement was held against a play. */
interface Held extends Pick<Judgement, 'findings' | 'counts' | 'interval95' | 'proofOfFault' | 'judgedOn' | 'pain'> {
  readonly doubt: Doubt | undefined;
  readonly isWrong: boolean;
  readonly told: string;
}
/** The verdict: nothing is judged after a baseline that was not steady, nothing is right or wrong where there is a doubt. */
export function conclude(claim: Claim, play: PlayEntry, entries: readonly PlayedEntry[], held: Held): Judgement {
  const { doubt: _doubt, isWrong, told, pain, ...shown } = held;
  const trouble = troubleOf(entries, play);
  const felt = entriesOf(entries, 'host').length > 0;
  const doubt =
    trouble === undefined
      ? (absenceOf(entries) ?? held.doubt)
      : { reason: trouble, next: felt ? SLOW_MACHINE : BY_TOPOLOGY };
  return {
    id: statementId(claim, play.variant),
    scenario: play.scenario,
    variant: play.variant,
    about: claim.about,
    sentence: claim.source.text,
    source: { file: claim.source.file, line: claim.source.line },
    reading: held.findings.map((finding) => finding.reading),
    unread: claim.unread,
    verdict: doubt !== undefined ? 'inconclusive' : isWrong ? 'refuted' : 'confirmed',
    judged: trouble === undefined,
    reason: doubt?.reason ?? told,
    next: doubt?.next,
    pain: doubt !== undefined ? 'unknown' : pain,
    ...shown,
  };
}

/**
 * What was under way while the twin itself stood still is left out, and what waits for long was so most often. Where a verdict
 * would be another one with it, it rests on what was left out.
 */
function hiddenByStall(
  claim: Claim,
  entries: readonly PlayedEntry[],
  play: PlayEntry,
  isWrong: boolean,
): Doubt | undefined {
  const stalledMs = stalledMsIn(entries);
  if (stalledMs === 0) return undefined;
  const all = entries.filter(({ kind }) => kind !== 'stall');
  const findings = claim.predicates.map((predicate) => findingOf(all, play, predicate, 'during'));
  if (wrongOf(findings, play).length > 0 === isWrong) return undefined;
  return {
    reason: `the twin itself stood still for ${duration(stalledMs)}, and with what was under way meanwhile it would come out otherwise`,
    next: SLOW_MACHINE,
  };
}

/** One statement of the document, about one play. */
export function judge(claim: Claim, play: PlayEntry, entries: readonly PlayedEntry[]): Judgement {
  const requests =
    claim.about === 'recovers' ? requestsOfRecovery(entries) : requestsIn(entries, 'during', play.exposed);
  const counts = countsOf(requests, play.patienceMs);
  const findings = claim.predicates.map((predicate) => findingOf(entries, play, predicate, 'during'));
  const wrong = wrongOf(findings, play);
  const isWrong = wrong.length > 0;
  const proofOfFault = proofOf(entries);
  return conclude(claim, play, entries, {
    doubt:
      doubtAbout(entries, play, claim, proofOfFault, counts.exposed) ??
      endedByHand(claim, entries, isWrong) ??
      endedByItsCause(claim, entries) ??
      // One part that is wrong makes the whole wrong, whatever is not known of the others.
      (isWrong ? undefined : (tooFew(findings, play) ?? unmeasured(findings, entries, claim))) ??
      hiddenByStall(claim, entries, play, isWrong),
    isWrong,
    told: (isWrong ? wrong : findings).map((finding) => finding.seen).join('; '),
    findings: findings.map(({ n: _n, isCut: _isCut, ...finding }) => finding),
    counts,
    interval95: findings.find((finding) => finding.interval95 !== undefined)?.interval95,
    proofOfFault,
    pain: painOf(counts, 0),
    judgedOn: judgedOn(play, counts),
  });
}
