/**
 * junit.xml: a test case for each statement. What must be looked at is a failure or an error, never a skip (CI hides
 * those): CHANGED, and in CI new, is a failure; not proven and not judged are errors. A known wrong statement passes.
 */
import type { RunSummary, ScenarioResult, SinceLast, Statement } from '../sim/scenario/summary.ts';
import { escapeMarkup } from './inert.ts';
import { bookOf, bookOfUnsaid } from './rows.ts';
import {
  changeAdvice,
  controlSentence,
  EXPECTED_FILE,
  missingSentence,
  openPlaySentence,
  statementSentence,
} from './words.ts';

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly bad: Bad | undefined;
}
interface Bad {
  readonly kind: 'failure' | 'error';
  readonly message: string;
  readonly text: string;
}
export interface JunitOptions {
  /** In CI a statement nobody has accepted yet is a failure. */
  readonly ci: boolean;
  readonly expectedFile?: string;
}

function ofSince(since: SinceLast, text: string, advice: string, options: JunitOptions): Case['bad'] {
  const file = options.expectedFile ?? EXPECTED_FILE;
  if (since.kind === 'changed')
    return { kind: 'failure', message: `CHANGED since ${file}, was ${since.was}: ${advice}`, text };
  if (since.kind === 'new' && options.ci)
    return { kind: 'failure', message: `new: not in ${file}. Accept: --update-expected`, text };
  return undefined;
}

/** In a placebo or sabotage run everything must stay unproven: what is proven is the failure. */
function badOf(statement: Statement, mode: RunSummary['mode'], options: JunitOptions): Case['bad'] {
  const book = bookOf(statement);
  const text = `${statementSentence(statement)}\nagain: ${statement.repro}`;
  const isUnproven = book === 'not-proven' || book === 'not-judged';
  if (mode !== 'normal')
    return isUnproven ? undefined : { kind: 'failure', message: `${mode}: proven without its fault`, text };
  const isAccepted = statement.since.kind === 'same' && statement.since.reason !== undefined;
  if (book === 'not-judged' || (isUnproven && !isAccepted))
    return { kind: 'error', message: statementSentence(statement), text };
  return isUnproven ? undefined : ofSince(statement.since, text, changeAdvice(statement), options);
}

function statementCase(statement: Statement, mode: RunSummary['mode'], options: JunitOptions): Case {
  const { since, source, pain, judgedOn } = statement;
  const known = since.kind === 'same' && since.reason !== undefined ? { known: since.reason } : {};
  return {
    name: `${statement.about}: ${statement.sentence}`,
    classname: `${statement.scenario}.${statement.variant}`,
    properties: {
      id: statement.id,
      book: bookOf(statement),
      pain,
      since: since.kind,
      judgedOn: judgedOn.join(', '),
      source: `${source.file}:${source.line}`,
      ...known,
    },
    bad: badOf(statement, mode, options),
  };
}

function casesOf(result: ScenarioResult, mode: RunSummary['mode'], options: JunitOptions): Case[] {
  const missing = result.unmentioned.map((one): Case => ({
    name: missingSentence(one),
    classname: `${result.id}.${one.variant}`,
    properties: { id: one.id, book: 'missing', pain: one.pain, since: one.since.kind },
    bad:
      mode === 'normal'
        ? ofSince(one.since, missingSentence(one), 'users see what the book does not mention', options)
        : undefined,
  }));
  // What no statement asks for is not told by one: that it proves nothing is an error all the same.
  const said = new Set(result.statements.map((one) => one.variant));
  const open = result.plays.flatMap((play): Case[] => {
    const message = openPlaySentence(play);
    if (mode !== 'normal' || message === undefined || said.has(play.variant)) return [];
    return [
      {
        name: play.title,
        classname: `${result.id}.${play.variant}`,
        properties: { book: bookOfUnsaid(play) },
        bad: { kind: 'error', message, text: message },
      },
    ];
  });
  return [...result.statements.map((one) => statementCase(one, mode, options)), ...missing, ...open];
}

function renderCase(one: Case): string {
  const properties = Object.entries(one.properties).map(
    ([name, value]) => `        <property name="${escapeMarkup(name)}" value="${escapeMarkup(value)}"/>`,
  );
  const bad =
    one.bad === undefined
      ? []
      : [
          `      <${one.bad.kind} message="${escapeMarkup(one.bad.message)}">${one.bad.text.split('\n').map(escapeMarkup).join('\n')}</${one.bad.kind}>`,
        ];
  return [
    `    <testcase classname="${escapeMarkup(one.classname)}" name="${escapeMarkup(one.name)}" time="0">`,
    '      <properties>',
    ...properties,
    '      </properties>',
    ...bad,
    '    </testcase>',
  ].join('\n');
}

const attributes = (cases: readonly Case[]): string => {
  const of = (kind: 'failure' | 'error'): number => cases.filter((one) => one.bad?.kind === kind).length;
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="0"`;
};

/** A run that was cut short has judged less than it should: that is an error of its own, else CI would see only what passed. */
const brokenOff = (summary: RunSummary): Case[] =>
  summary.ended === 'complete'
    ? []
    : [
        {
          name: 'the run came to its end',
          classname: 'twin',
          properties: {},
          bad: { kind: 'error', message: `the run was ${summary.ended}`, text: summary.command },
        },
      ];

function suitesOf(summary: RunSummary, options: JunitOptions): { readonly name: string; readonly cases: Case[] }[] {
  // Of what was played by hand the book was not asked.
  const judged = summary.mode === 'by-hand' ? [] : summary.scenarios;
  const suites = judged.map((result) => ({
    name: result.id,
    cases: casesOf(result, summary.mode, options),
  }));
  const broken = brokenOff(summary);
  return [...suites, ...(broken.length > 0 ? [{ name: 'twin', cases: broken }] : [])];
}

/** What must be looked at: the failures and errors of junit.xml, for other test runners. */
export const troublesOf = (summary: RunSummary, options: JunitOptions): (Bad & { readonly classname: string })[] =>
  suitesOf(summary, options).flatMap(({ cases }) =>
    cases.flatMap(({ classname, bad }) => (bad === undefined ? [] : [{ classname, ...bad }])),
  );

/** A whole JUnit document; well-formed XML 1.0 whatever the names and sentences hold. */
export function renderJunit(summary: RunSummary, options: JunitOptions): string {
  const all = suitesOf(summary, options);
  const body = all.map(
    ({ name, cases }) =>
      `  <testsuite name="${escapeMarkup(name)}" ${attributes(cases)} timestamp="${escapeMarkup(summary.startedAt)}">\n${cases.map(renderCase).join('\n')}\n  </testsuite>`,
  );
  const head = `<testsuites name="${escapeMarkup(controlSentence(summary) ?? summary.topology.title)}" ${attributes(all.flatMap((one) => one.cases))} time="${(summary.wallMs / 1000).toFixed(3)}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...body, '</testsuites>', ''].join('\n');
}
