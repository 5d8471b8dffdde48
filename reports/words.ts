/**
 * All words of the reports, once. Users ask three questions apart: how bad was it (pain), is the book right, did it
 * change. No word answers two of them; data keeps the stable words `confirmed`, `refuted`, `inconclusive`.
 */
import type {
  Pain,
  PlayResult,
  RunSummary,
  ScenarioResult,
  SinceLast,
  Statement,
  Unmentioned,
} from '../sim/scenario/summary.ts';
import type { PartIdentity } from '../sim/runtimes/contract.ts';
import { count, several } from './figures.ts';
import { bookOf, type Book, type Row } from './rows.ts';

export const COLUMNS = {
  failure: 'FAILURE',
  saw: 'WHAT USERS SAW',
  pain: 'PAIN',
  book: 'BOOK',
  since: 'SINCE LAST',
} as const;
export const PAIN_WORDS: Readonly<Record<Pain, string>> = {
  none: '-',
  low: 'low',
  medium: 'medium',
  high: 'high',
  outage: 'OUTAGE',
  loss: 'LOSS',
  unknown: '?',
};
export const BOOK_WORDS: Readonly<Record<Book, string>> = {
  right: 'right',
  wrong: 'WRONG',
  'not-proven': 'not proven',
  'not-judged': 'not judged',
  missing: 'not in book',
  'not-asked': 'not asked',
};
/** Where expectations are kept unless a run says otherwise. */
export const EXPECTED_FILE = 'scenarios/expected.yaml';

export const bookWords = (row: Pick<Row, 'book' | 'share'>, of = ' of '): string =>
  row.share === undefined ? BOOK_WORDS[row.book] : `${BOOK_WORDS[row.book]} ${row.share.n}${of}${row.share.m}`;
export const sinceWords = (since: SinceLast): string =>
  since.kind === 'changed' ? `CHANGED, was ${since.was}` : since.kind === 'not-compared' ? '-' : since.kind;

/** A sentence's words without its full stop, so that it can stand inside another. */
const clause = (text: string): string => text.trim().replace(/\.$/, '');
const full = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

const JUDGED_ON: Readonly<Record<string, string>> = {
  'conformant-stand-in': 'conformant stand-ins',
  'from-documents': "the makers' documents",
  'reference-app': 'our reference api',
  'own-app': 'your api',
};
export const judgedOnWords = (judgedOn: readonly string[]): string =>
  judgedOn.map((one) => JUDGED_ON[one] ?? one).join(', ');

const right = (s: Statement): string =>
  `The book is right: "${clause(s.sentence)}". ${full(s.reason)} Judged on: ${judgedOnWords(s.judgedOn)}.`;
const wrong = (s: Statement): string =>
  `The book says "${clause(s.sentence)}". ${full(s.reason)} Judged on: ${judgedOnWords(s.judgedOn)}.`;
const next = (s: Statement): string => (s.next === undefined ? '' : ` Try: ${full(s.next)}`);
const notProven = (s: Statement): string =>
  `Not proven: ${full(s.reason)} Nothing is said about your cluster.${next(s)}`;
/** Why what no statement asks for proves nothing, without a full stop; undefined where it was played out. */
export const openPlaySentence = ({ trouble, unproven }: PlayResult): string | undefined => {
  if (trouble !== undefined) return `Not judged: ${trouble}`;
  return unproven === undefined ? undefined : `Not proven: ${unproven}`;
};
/** Why a row shows nothing, where no statement of it says so. */
export function openRowSentence({ book, play, statements }: Row): string | undefined {
  if (play === undefined) return undefined;
  if (book === 'not-asked' && play.trouble !== undefined) return `Not proven: ${full(play.trouble)}`;
  const open = statements.length === 0 || play.unproven !== undefined ? openPlaySentence(play) : undefined;
  return open === undefined ? undefined : full(open);
}
const notJudged = (s: Statement): string => `Not judged: ${full(s.reason)}${next(s)}`;

/** The sentence of one statement: what the book says, what users saw instead, what it was judged on or what to do next. */
export function statementSentence(statement: Statement): string {
  const book = bookOf(statement);
  if (book === 'not-judged') return notJudged(statement);
  if (book === 'not-proven') return notProven(statement);
  return book === 'right' ? right(statement) : wrong(statement);
}
/** What users saw and no document says; or saw before and do not any more, or nobody can tell. */
export function missingSentence({
  sentence,
  since,
  pain,
}: Pick<Unmentioned, 'sentence'> & Partial<Pick<Unmentioned, 'since' | 'pain'>>): string {
  if (since?.kind === 'not-compared') return full(sentence);
  const lead = pain === 'none' ? 'Seen no more' : pain === 'unknown' ? 'Not known any more' : 'Not in the book';
  return `${lead}: ${full(sentence)}`;
}
/** @param ref  what it is compared with: a file of expectations, a version */
export const changedSentence = (ref: string, row: Row, was: string): string =>
  `CHANGED since ${ref}: ${rowName(row)}, ${clause(row.saw)} (was ${clause(was)}).`;
export const knownSentence = (since: SinceLast): string | undefined =>
  since.kind !== 'same' || since.reason === undefined
    ? undefined
    : `known${since.since === undefined ? '' : ` since ${since.since}`}: ${clause(since.reason)}`;

/** What a change comes to. */
export function changeAdvice(statement: Statement): string {
  const now = bookOf(statement);
  if (now === 'right') return 'now right. Accept: --update-expected';
  return now === 'wrong' ? 'now wrong' : 'can no longer be proven';
}
/** A row's name in a sentence: its scenario, and the variant where there are several. */
export const rowName = (row: Row): string =>
  row.result.plays.length > 1 || row.play === undefined ? `${row.scenario} ${row.variant}` : row.scenario;

/** "Right when dead, wrong when hung. 1 of 2."; undefined unless the variants of one scenario differ. */
export function dependsSentence(result: ScenarioResult): string | undefined {
  const variantsThat = (book: Book): string[] => [
    ...new Set(result.statements.filter((one) => bookOf(one) === book).map((one) => one.variant)),
  ];
  const wrongIn = variantsThat('wrong');
  const rightIn = variantsThat('right').filter((one) => !wrongIn.includes(one));
  if (rightIn.length === 0 || wrongIn.length === 0) return undefined;
  const variants = new Set(result.statements.map((one) => one.variant)).size;
  return `Right when ${rightIn.join(' or ')}, wrong when ${wrongIn.join(' or ')}. ${rightIn.length} of ${variants}.`;
}

const list = (parts: readonly string[]): string => parts.join(', ');
/** "6 statements right, 5 wrong, 1 missing, 2 not proven": never a score. */
export function totalsWords(totals: RunSummary['totals']): string {
  const more = [
    totals.missing > 0 && `${count(totals.missing)} missing`,
    totals.notProven > 0 && `${count(totals.notProven)} not proven`,
    totals.notJudged > 0 && `${count(totals.notJudged)} not judged`,
  ];
  return list([
    `${several(totals.right, 'statement')} right`,
    `${count(totals.wrong)} wrong`,
    ...more.filter((one) => one !== false),
  ]);
}
export const statementCount = (summary: RunSummary): number =>
  summary.scenarios.reduce((sum, one) => sum + one.statements.length, 0);

/** "Nothing changed since scenarios/expected.yaml.", "1 of 10 statements changed since …, 2 are new." */
export function changeWords(summary: RunSummary, ref: string): string {
  const { changed, fresh } = summary.totals;
  const total = summary.scenarios.reduce((sum, one) => sum + one.statements.length + one.unmentioned.length, 0);
  const isNew = fresh === 0 ? '' : `${count(fresh)} ${fresh === 1 ? 'is' : 'are'} new`;
  if (changed > 0)
    return `${count(changed)} of ${several(total, 'statement')} changed since ${ref}${isNew && `, ${isNew}`}.`;
  return fresh === total && fresh > 0
    ? `All of it is new: nothing is in ${ref} yet.`
    : `Nothing changed since ${ref}${isNew && `; ${isNew}`}.`;
}

/** What a run that was cut short does not say; undefined for a whole one. */
export const endedSentence = ({ ended }: RunSummary): string | undefined =>
  ended === 'complete' ? undefined : `This run was ${ended}: it says nothing about what was not played.`;
/** "fast", "shard 2/3": how much of everything was played; empty for all of it. */
export const playedWords = ({ fast, shard }: RunSummary): string[] => [
  ...(fast === true ? ['fast'] : []),
  ...(shard === undefined ? [] : [`shard ${shard}`]),
];
/** "24 Nov 16:45": when a run began, as UTC. */
export const runTime = (startedAt: string): string =>
  `${new Date(startedAt).toLocaleString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })} ${startedAt.slice(11, 16)}`;
/** "Since the last run (24 Nov 16:45): nothing."; undefined where there is none to compare with. */
export function lastRunWords({ lastRun }: RunSummary): string | undefined {
  if (lastRun === undefined || lastRun.compared === 0) return undefined;
  const changes = lastRun.changes.length;
  const what = changes === 0 ? 'nothing' : `${count(changes)} of ${count(lastRun.compared)} changed`;
  return `Since the last run (${runTime(lastRun.startedAt)}): ${what}.`;
}
/** What changed since the expectations, and since the last run. */
export const sinceSentence = (summary: RunSummary, ref: string): string =>
  [changeWords(summary, ref), lastRunWords(summary)].filter((one) => one !== undefined).join(' ');
/** "right, pain low: 374 of 374 lists served": what the last run said of a row; undefined where it said the same. */
export function lastTimeOf(row: Row, { lastRun }: RunSummary): string | undefined {
  const ids = [...row.statements, ...(row.unmentioned === undefined ? [] : [row.unmentioned])].map((one) => one.id);
  const was = lastRun?.changes.filter((one) => ids.includes(one.id)).map((one) => one.was) ?? [];
  return was.length === 0 ? undefined : was.join('; ');
}

const requestsOf = (summary: RunSummary): { failed: number; all: number } => {
  const stats = summary.scenarios
    .flatMap((one) => one.plays)
    .flatMap((play) => play.phases)
    .flatMap((phase) => Object.values(phase.journeys));
  const all = stats.reduce((sum, one) => sum + one.counts.ok + one.counts.fail + one.counts.unknown, 0);
  return { all, failed: all - stats.reduce((sum, one) => sum + one.counts.ok, 0) };
};

/** "By hand: 3 things were broken, 2 of them proven. …": what users saw is told, the book was not asked. */
function byHandSentence(summary: RunSummary): string {
  const plays = summary.scenarios
    .flatMap((one) => one.plays)
    .filter((one) => one.phases.some((p) => p.phase === 'during'));
  const proven = plays.filter((one) => one.trouble === undefined).length;
  if (plays.length === 0) return 'By hand: nothing was broken, so there is nothing to tell';
  // Only while something was broken: what was before one fault was after another, and would be counted twice.
  const during = plays.flatMap((one) => one.phases).filter((one) => one.phase === 'during');
  const counts = during.flatMap((one) => Object.values(one.journeys)).map((one) => one.counts);
  const all = counts.reduce((sum, one) => sum + one.exposed, 0);
  const bad = all - counts.reduce((sum, one) => sum + one.inTime, 0);
  return `By hand: broken ${several(plays.length, 'time')}, ${count(proven)} of them proven; meanwhile ${count(bad)} of ${count(all)} requests failed or came too late. The book was not asked: npx twin rehearse asks it`;
}

/** Figures have no fault that could miss: the delays they rest on are withheld instead. */
const hasFigures = (summary: RunSummary): boolean =>
  summary.scenarios.some((one) => one.statements.some(({ about }) => about === 'figure'));

/**
 * The line of a run that holds nothing against the book: one without its fault or with the fault on the wrong target,
 * which must prove nothing, or one played by hand.
 */
export function controlSentence(summary: RunSummary): string | undefined {
  if (summary.mode === 'normal') return undefined;
  if (summary.mode === 'by-hand') return byHandSentence(summary);
  const total = statementCount(summary);
  const { failed, all } = requestsOf(summary);
  const why =
    summary.mode === 'placebo'
      ? 'no fault, so nothing to prove'
      : `${hasFigures(summary) ? 'faults hit the wrong target, delays were withheld from figures' : 'the fault hit the wrong target'}, so nothing to prove`;
  const unproven = summary.totals.notProven + summary.totals.notJudged;
  const end =
    unproven === total ? 'as it must be' : `but ${count(total - unproven)} must not be proven: do not trust this twin`;
  return `${several(total, 'statement')}, ${count(unproven)} not proven (${why}): ${end}. ${count(failed)} of ${count(all)} requests failed`;
}

const ROLE_NAMES: Readonly<Record<string, string>> = {
  postgres: 'Postgres',
  redis: 'Redis',
  'object-store': 'B2',
  edge: 'edge',
  coredns: 'CoreDNS',
  traefik: 'Traefik',
};
/** A part's name as people know it; judged from documents the edge is called by who wrote them. */
export function partName(part: PartIdentity): string {
  if (part.kind === 'from-documents' && part.role === 'edge') return 'Cloudflare';
  if (part.kind === 'own-app') return `your ${part.role}`;
  const name = ROLE_NAMES[part.role] ?? part.role;
  return part.kind === 'real' ? `${name} ${part.version}`.trim() : name;
}
export const KIND_WORDS: Readonly<Record<PartIdentity['kind'], string>> = {
  real: 'real',
  'stand-in': 'conformant',
  'from-documents': 'from documents',
  'reference-app': 'our api',
  'own-app': 'your api',
  arithmetic: 'arithmetic',
};
export const PRODUCER_WORDS: Readonly<Record<string, string>> = {
  phone: "the phone's own time-out or connection",
  edge: 'the edge',
  ingress: 'the ingress',
  api: 'the api',
  admin: 'the admin',
  unknown: 'unknown',
};

/** What each pair of the second and third question means: `twin help verdicts`. */
export const VERDICT_TABLE: readonly (readonly [string, string, string, string])[] = [
  ['', 'since last: same', 'CHANGED', 'new'],
  ['right', 'quiet, exit 0', '"was wrong, now right. Accept: --update-expected", exit 1', 'recorded; in CI exit 1'],
  ['WRONG', '"known: <reason>", exit 0', '"was right, now wrong", red, exit 1', 'recorded; in CI exit 1'],
  [
    'not proven',
    'only with a reason on file, exit 0',
    '"was right, can no longer be proven: <reason>", exit 2',
    'exit 2',
  ],
];
