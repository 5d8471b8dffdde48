/** What becomes of requests, by the words that say so: a rule for each way of saying it. The first that fits takes its words away. */
import type { Predicate } from '../runtimes/entries.ts';
import { SOME_SHARE } from '../scenario/phrases.ts';
import { ALL_SHARE, howMany, MOST_SHARE, READ, WORKS_SHARE, type HowMany } from './amounts.ts';
import { LED_AWAY, ledAway } from './led-away.ts';

export type Where = NonNullable<Predicate['where']>;
/** One part of a sentence: whom it is about, how many of them, for how long at a stretch. */
interface Clause {
  readonly of: Where;
  readonly many: HowMany | undefined;
  readonly lastsMs: number | undefined;
}
interface Rule {
  readonly words: RegExp;
  /** Of what else than requests it is said how many, and that next to it. */
  readonly counts?: 'what is lost';
  /** Undefined: it says something else of the same, and nothing may be read here. */
  readonly read: (clause: Clause, match: RegExpExecArray, rest: string) => readonly Predicate[] | undefined;
}

/** "Slower but working": how slow a request may be and still be called degraded rather than failed. */
export const DEGRADED_P95_MS = 3_000;
/** "Briefly": so long at a stretch. */
export const BRIEFLY_MS = 5_000;
/** "Both handle traffic": each at least so much of it; a revision that is tried by a request or two handles none. */
const EACH_REVISION_SHARE = 0.1;
/** Codes that servers and Cloudflare answer with; "450 users" and "port 443" are none. */
const CODE = '40[0-9]|41[0-8]|42[1-689]|431|451|499|50[0-8]|51[01]|52[0-7]|530';
const NO_CODE_BEFORE = String.raw`(?<![\d.,:]|port |(?:from|between) |\d (?:of|in|out of) )\b`;
const NO_CODE_BEHIND = String.raw`(?! ?(?:ms|s|µs|%|x|rps|[kmg]b|eur|usd|€|users?|requests?|jobs?|active|times)\b)(?![.,]?\d)`;
const STATUS = String.raw`${NO_CODE_BEFORE}(${CODE})(?:\b(?! ?(?:-|to|and) ?\d)(?! of \d)${NO_CODE_BEHIND}|(?<=(?:^ ?|(?:some|few|several|brief|sporadic|intermittent|occasional|of|get|see|returns?|serves?|with) )...)s\b)`;
const A_STATUS = new RegExp(STATUS);
const STATUSES = new RegExp(`${STATUS}(?: errors?)?`, 'g');
/** "502 or 504", "502s, 503s and 504s", "502-504": how many get which is not said, and any other failure would prove it. */
export const SEVERAL_STATUSES = new RegExp(
  String.raw`${NO_CODE_BEFORE}(?:${CODE})s?(?: errors?)?(?:, ?(?:or |and )?| ?[\/&-] ?| (?:or|and|oder|und|o|y|ou|et) )(?:an? )?(?:${CODE})s?\b(?: errors?\b)?${NO_CODE_BEHIND}`,
  'u',
);
/** "502 or a time-out": how many of which is not said. */
const OR_OTHERWISE = /^ (?:or|oder|o|ou) /;
export const BRIEFLY = String.raw`\bbrief(?:ly)?\b|\bmomentar(?:y|ily)\b|\ba blip\b|\bfor (?:a (?:moment|(?:short )?while)|(?:a few|a couple of|some|several) seconds)\b`;
const CANNOT = String.raw`can(?:no|')t(?: be)?|can not|unable to|impossible to`;
const NOT_WORKING = String.raw`\b(?:does not|doesn't|do not|don't|not|stops?|stopped) (?:work(?:ing)?|load(?:ing)?|serv(?:e|ing)|answer(?:ing)?|respond(?:ing)?)\b|\bno longer (?:works?|serves?|loads?|answers?|responds?|available)\b|\bnothing (?:works|loads)\b|\bno(?:t| longer) (?:available|reachable|served|answered)\b|\b(?:${CANNOT}) (?:load|reach|use|log|sign in|open|access|connect|buy|book|order|pay|create|save|upload|see(?! (?:an? |any |the )?(?:difference|change|effect|impact|errors?|failures?)\b)|get|read|write|work|complete|submit|send|list|serve|served|reached|resolved?|loaded|opened|created|saved|used)\b|\bno (?:service|answers?|responses?)\b`;
const FAILING = String.raw`\bfail(?:s|ed|ing|ures?)?\b(?! ?-?over)|\berrors?\b(?: out)?|\b5xx\b|\boutage\b|\bunavailable\b|\bunreachable\b|\boffline\b|\b(?:is|are|site|app|everything|service) down\b|\bbroken\b|\brefused\b|\btim(?:es?|ed|ing)[ -]?outs?\b|\bhangs?\b|\bhanging\b`;
const UNNOTICED = String.raw`\bnobody (?:sees|notices)(?: anything)?\b|\bno[ -]?one notices\b|\b(?:do not|don't|does not|doesn't|will not|won't) notice\b|\b(?:un|not )affected\b|\b(?:do not|don't|does not|doesn't|will not|won't) (?:see|get|notice|feel)(?: any)? (?:errors?(?! (?:page|message|code))|failures?|impact|anything)\b|\b(?:no|zero|without(?: any)?) (?:(?:user|customer|client)[- ](?:visible|facing) |visible |(?:user|customer) )?(?:impact|effect|errors?(?! (?:page|message|code|budget))|failures?|downtime|outage|interruptions?|failed requests|requests? (?:fails?|lost))\b|\bno requests? (?:fails?|failed|(?:is|are|was|were|gets?) (?:dropped|lost))\b|\bnot a single (?:request|user) (?:fails?|failed|is lost|notices?|noticed)\b|\b(?:nobody|no[ -]one) noticed\b|\bnobody(?: sees| gets)? (?:an )?errors?\b|\btransparent(?:ly)?\b|\bseamless(?:ly)?\b|\binvisible\b|\bnothing (?:fails?|breaks?|happens|goes wrong|times out|is (?:broken|down|unavailable))\b|^ ?(?:none|nothing|no change) ?$`;

/** Whether a text says of anybody that he is served. */
const LOADS = String.raw`\b(?:(?:lists|pages|screens|images|photos|feeds|dashboards) (?:still |all )?load|(?:list|page|site|website|shop|app|screen|feed|dashboard|everything) (?:still )?loads)\b(?=(?: slow(?:ly|er)| fine| normally| as usual)?(?: without (?:the |its |a |any )?cache)? ?$)`;
export const TELLS_OF_WORKING = new RegExp(
  String.raw`(?:${LOADS}|^ ?ok(?:ay)?\b|\bserve[sd]?\b|\bkeeps? (?:on )?(?:serving|working|running)\b|\bworks?\b|\bcontinues?\b(?! to (?:queue|grow|fail|rise|climb|be)\b)|\bsucceeds?\b|\b(?:is|are|stays?|remains?) (?:fine|ok|okay|up|available|reachable|normal)\b)(?: (?:(?:as )?normal(?:ly)?|as usual))?`,
);

/** A share of requests of which it is said how many. Said of some, it is not all; without a word, most. */
function shareOf(
  measure: 'share-failed' | 'share-status',
  { of, many, lastsMs }: Clause,
  where: Where = of,
): Predicate[] {
  const bound = (limits: Pick<Predicate, 'min' | 'max'>): Predicate => ({ measure, where, ...limits, unit: 'share' });
  const spell: Predicate[] =
    lastsMs === undefined ? [] : [{ measure: 'longest-spell', where, max: lastsMs, unit: 'ms' }];
  if (many === 'none') return [bound({ max: 0 })];
  if (many === 'all') return [bound({ min: ALL_SHARE }), ...spell];
  if (many === 'some') return [bound({ min: SOME_SHARE, max: ALL_SHARE }), ...spell];
  if (typeof many === 'object') return [bound(many), ...spell];
  return [bound({ min: spell.length > 0 ? SOME_SHARE : MOST_SHARE }), ...spell];
}
export const works = (of: Where, min = WORKS_SHARE): Predicate[] => [
  { measure: 'share-ok', where: of, min, unit: 'share' },
];
/** What is lost. "All jobs", "a third" are not read: held against some, a single one would prove them. */
function lost(measure: 'writes-lost' | 'jobs-lost', many: HowMany | undefined): Predicate[] | undefined {
  if (many === undefined || many === 'some') return [{ measure, min: SOME_SHARE, unit: 'share' }];
  if (many === 'none') return [{ measure, max: 0, unit: 'share' }];
  return typeof many === 'object' && many.min === undefined ? [{ measure, ...many, unit: 'share' }] : undefined;
}

/** A public host. */
const NAME = String.raw`(?:[\w-]+\.)+[a-z]{2,}`;

const DOES_NOT = "does not|doesn't|do not|don't";
/** "Old and new pods", "both versions": those that serve before a rollout and those that it brings. */
const PODS = 'pods?|replicas?|instances?|containers?|versions?|revisions?|releases?|code';
const BOTH_REVISIONS = String.raw`(?:(?:both )?(?:the )?(?:old(?: (?:${PODS}))? and (?:the )?new|new(?: (?:${PODS}))? and (?:the )?old)(?: (?:${PODS}))?|(?:both|two) (?:versions|revisions|releases))`;
const TAKE_TRAFFIC = String.raw`(?:handle|serve|answer|take|receive|process|get|share)(?: (?:the|live|user|production))? (?:traffic|requests|users|load)`;
const SIDE_BY_SIDE = String.raw`(?: (?:simultaneously|concurrently|together|side by side|in parallel|at (?:the same time|once)))?`;
const WHILE_ROLLED_OUT = String.raw`(?:(?: until| till)(?: the)? (?:rolling update|roll-?out|update|deploy(?:ment|s)?) (?:completes|(?:is )?(?:complete|completed|finished|done|over)|finishes|ends)| (?:during|throughout) (?:the |a )?(?:whole )?(?:rolling update|roll-?out|update|deploy(?:ment)?))?`;

export const SEES: readonly Rule[] = [
  {
    words: new RegExp(
      String.raw`\b${BOTH_REVISIONS} (${CANNOT}|${DOES_NOT}|never|no longer)? ?${TAKE_TRAFFIC}\b${SIDE_BY_SIDE}${WHILE_ROLLED_OUT}`,
    ),
    read: ({ of, many }, [, not]) =>
      not === undefined && (many === undefined || many === 'all')
        ? [{ measure: 'share-by-each-revision', where: of, min: EACH_REVISION_SHARE, unit: 'share' }]
        : undefined,
  },
  {
    words:
      /\b(?:no|zero) (?:data|writes?|records?|rows?)(?: is| are| was| were)? (?:lost|loss)\b|\bwithout(?: any)? data loss\b|\bnothing is lost\b/,
    counts: 'what is lost',
    read: () => [{ measure: 'writes-lost', max: 0, unit: 'share' }],
  },
  {
    words: /\b(?:no|zero) (?:queued )?(?:jobs?|notifications?|messages?)(?: is| are| was| were)? lost\b/,
    counts: 'what is lost',
    read: () => [{ measure: 'jobs-lost', max: 0, unit: 'share' }],
  },
  {
    words:
      /\b(?:data|writes?|records?|rows?)(?: is| are| was| were| gets?)? lost\b|\bdata loss\b|\bloses? (?:data|writes?)\b/,
    counts: 'what is lost',
    read: ({ many }) => lost('writes-lost', many),
  },
  {
    words:
      /\b(?:queued |pending )?(?:jobs?|notifications?|messages?)(?: is| are| was| were| gets?)? (?:lost|gone|dropped|never (?:run|ran|sent|delivered))\b|\bloses? (?:the )?(?:queued )?(?:jobs?|queue)\b/,
    counts: 'what is lost',
    read: ({ many }) => lost('jobs-lost', many),
  },
  {
    // A status, not "500 ms" or "450 users".
    words: new RegExp(`${STATUS}(?: errors?)?`),
    read: (clause, match, rest) => {
      const behind = rest.slice(match.index + match[0].length);
      if (OR_OTHERWISE.test(behind) || A_STATUS.test(behind)) return undefined;
      return shareOf('share-status', clause, { ...clause.of, status: Number(match[1]) });
    },
  },
  {
    // Somebody noticed each request that failed.
    words: new RegExp(UNNOTICED),
    // "No transparent failover", "nobody is unaffected": the other way round.
    read: ({ of, many }, { index }, rest) =>
      (many === undefined || many === 'all' || many === 'none') &&
      howMany(`${rest.slice(0, index)}${READ}`)?.share !== 'none'
        ? works(of, 1)
        : undefined,
  },
  {
    words: /\bnew (?:connections?|ones)(?: \w+){0,5}? fails?\b(?: (?:at |in )?(?:the )?(?:dns|name look-?ups?)\b)?/,
    read: (clause) => shareOf('share-failed', clause, { ...clause.of, connection: 'new' }),
  },
  {
    // Whoever asks by that way: some requests, not all.
    words: /\bcan(?:no|')t reach services?\b|\bcommunication fails\b/,
    read: ({ of }) => [{ measure: 'share-failed', where: of, min: SOME_SHARE, unit: 'share' }],
  },
  {
    // Whoever asks for a public name; who has an answer asks nobody.
    words: new RegExp(
      String.raw`\b(?:${CANNOT}|${DOES_NOT}) resolved? ${NAME}\b|\b${NAME} (?:(?:${CANNOT}) be resolved|(?:${DOES_NOT}) resolve|no longer resolves)\b`,
    ),
    read: (clause) =>
      shareOf('share-failed', { ...clause, many: clause.many ?? 'all' }, { ...clause.of, name: 'asked' }),
  },
  { words: new RegExp(NOT_WORKING), read: (clause) => shareOf('share-failed', clause) },
  {
    words: new RegExp(FAILING),
    // Nobody got an error: one who waited too long got none.
    read: (clause, match) =>
      clause.many === 'none' && !/tim|hang/.test(match[0]) ? works(clause.of, 1) : shareOf('share-failed', clause),
  },
  {
    words:
      /\b(?:up to )?\+? ?(\d+(?:\.\d+)?) ?(ms|s|seconds?) (?:slower|longer|more|extra|added)\b|\bslower by (?:up to |about |~)?(\d+(?:\.\d+)?) ?(ms|s|seconds?)\b|\badds (?:up to |about |~)?(\d+(?:\.\d+)?) ?(ms|s|seconds?)\b|(?<=^ ?)\+ ?(\d+(?:\.\d+)?) ?(ms|s)\b/,
    read: ({ of, many }, match, rest) => {
      const [digits, unit] = [
        match[1] ?? match[3] ?? match[5] ?? match[7] ?? '0',
        match[2] ?? match[4] ?? match[6] ?? match[8] ?? 'ms',
      ];
      // Of some the median says nothing; and of "2-5 s slower" one end.
      if ((many !== undefined && many !== 'all') || /[\d.,] ?(?:-|and|to)? ?$/.test(rest.slice(0, match.index)))
        return undefined;
      const ms = Number(digits) * (unit === 'ms' ? 1 : 1_000);
      const added = { measure: 'latency-added-p50', where: of, unit: 'ms' } as const;
      const before = rest.slice(0, match.index);
      const atMost = /\b(?:up to|at most|less than|under) ?$/.test(before) || match[0].includes('up to');
      if (/\b(?:at least|over) ?$/.test(before)) return [{ ...added, min: ms }];
      return atMost ? [{ ...added, max: ms }] : [{ ...added, min: ms / 2, max: ms * 2 }];
    },
  },
  {
    words: TELLS_OF_WORKING,
    read: ({ of, many }) => {
      if (many === 'none') return [{ measure: 'share-failed', where: of, min: ALL_SHARE, unit: 'share' }];
      // "At least 99 % succeed" bounds it; of "90 % succeed" the others may be meant.
      if (typeof many === 'object' && many.max === undefined && many.min !== undefined) return works(of, many.min);
      return many === undefined || many === 'all' ? works(of) : undefined;
    },
  },
  {
    words: /\bwithout (?:its |the )?cache\b|\bcache (?:is )?bypassed\b/,
    read: ({ of }) => [{ measure: 'share-cache-hit', where: of, max: 0.01, unit: 'share' }],
  },
  {
    // "The edge routes to another node": who comes later does not meet the dead one.
    words: LED_AWAY,
    read: ({ of, many }, _match, rest) => ledAway(rest.replace(LED_AWAY, ' '), of, many),
  },
  {
    words: /\bdegraded\b|\bslow(?:er|ly|ness)?\b|\bhigher latency\b|\blatency (?:rises|increases|grows)\b/,
    // How slow may be said in figures that are not read.
    read: ({ of }, _match, rest) =>
      /\d|\b(?:times|twice|fold|double[sd]?)\b/.test(rest)
        ? undefined
        : [{ measure: 'latency-p95', where: of, max: DEGRADED_P95_MS, unit: 'ms' }],
  },
];

/** Without statuses: "502 errors" are not so many. */
export const withoutStatuses = (text: string): string => text.replaceAll(STATUSES, ` ${READ} `);
/** Whether a text says of anybody that he fails. */
export const TELLS_OF_FAILING = new RegExp(`${STATUS}|${NOT_WORKING}|${FAILING}`);
