/**
 * What was seen before, kept beside the topology like a snapshot: `expected.yaml`. Keyed by topology, runtime and the api's
 * identity, so that a foreign api is never held to ours. Scenarios know nothing of it.
 */
import { z } from 'zod';
import { parse, stringify } from 'yaml';
import { closest } from 'fastest-levenshtein';
import { problemsError, SimError } from '../errors.ts';
import type { Claim } from '../runtimes/entries.ts';
import { painDegree } from './pain.ts';
import type { Scenario } from './scenario.ts';
import { UNMENTIONED, type Pain, type SinceLast, type Verdict } from './summary.ts';

const entry = z.strictObject({
  book: z.enum(['right', 'WRONG', 'not proven', 'not in book']),
  pain: z.enum(['none', 'low', 'medium', 'high', 'outage', 'loss', 'unknown']),
  saw: z.string(),
  /** Why a wrong or unproven statement is known and left so. */
  because: z.string().optional(),
  since: z.string().optional(),
});
const file = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.record(z.string(), entry))));
export type ExpectedEntry = z.infer<typeof entry>;
export type ExpectationsFile = z.infer<typeof file>;
/** Expectations of one topology, runtime and api: statement id → entry. */
export type Expectations = Readonly<Record<string, ExpectedEntry>>;
export interface ExpectationsKey {
  readonly topology: string;
  readonly runtime: string;
  readonly api: string;
}

/** @throws SimError `SIM_EXPECTATIONS_INVALID` with every fault of the file */
export function parseExpectations(text: string, path: string): ExpectationsFile {
  let raw: unknown;
  try {
    raw = parse(text) ?? {};
  } catch (cause) {
    throw new SimError('SIM_EXPECTATIONS_INVALID', `${path}: not YAML: ${(cause as Error).message}`, { cause });
  }
  const parsed = file.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw problemsError(
    path,
    parsed.error.issues.map((issue) => ({
      where: issue.path.join(' > '),
      code: 'SIM_EXPECTATIONS_INVALID' as const,
      message: issue.message,
    })),
  );
}
export const select = (all: ExpectationsFile, key: ExpectationsKey): Expectations =>
  all[key.topology]?.[key.runtime]?.[key.api] ?? {};

export const bookWord = (verdict: Verdict | 'not-in-book'): ExpectedEntry['book'] =>
  ({ confirmed: 'right', refuted: 'WRONG', inconclusive: 'not proven', 'not-in-book': 'not in book' } as const)[
    verdict
  ];

const isOtherDegree = (a: Pain, b: Pain): boolean =>
  (a === 'unknown') !== (b === 'unknown') || painDegree(a) !== painDegree(b);

/**
 * Compares what was seen with what is on file: another verdict or another degree of pain is a change.
 * @param open  degrees that the counts leave open: chance alone is no change
 */
export function compare(
  expected: ExpectedEntry | undefined,
  verdict: Verdict | 'not-in-book',
  pain: Pain,
  open: readonly Pain[] = [],
): SinceLast {
  if (expected === undefined) return { kind: 'new' };
  const isSame = [pain, ...open].some((one) => !isOtherDegree(expected.pain, one));
  if (expected.book !== bookWord(verdict) || !isSame)
    return { kind: 'changed', was: `${expected.book}, pain ${expected.pain}: ${expected.saw}` };
  return {
    kind: 'same',
    ...(expected.because === undefined ? {} : { reason: expected.because }),
    ...(expected.since === undefined ? {} : { since: expected.since }),
  };
}

/** The id of what a claim says about a variant: the key of expectations. */
export const statementId = ({ scenario, about, name }: Claim, variant: string): string =>
  `${scenario}/${variant}/${name ?? about}`;
/** Whether a claim speaks of a variant: of one that says of itself that no row is about it only where a row names it. */
export const speaksOf = ({ variants }: Claim, variant: string, unsaid = false): boolean =>
  variants?.includes(variant) ?? !unsaid;
/** Whether no statement is about a play. */
export const isUnsaid = (
  { variant, unsaid }: { readonly variant: string; readonly unsaid?: boolean | undefined },
  claims: readonly Claim[],
): boolean => !claims.some((claim) => speaksOf(claim, variant, unsaid));
/** All that a rehearsal of these scenarios may tell. */
const idsOf = (scenarios: readonly Scenario[], claims: readonly Claim[]): string[] =>
  scenarios.flatMap(({ id, variants }) =>
    Object.entries(variants).flatMap(([variant, { unsaid }]) => [
      ...claims
        .filter((claim) => claim.scenario === id && speaksOf(claim, variant, unsaid))
        .map((claim) => statementId(claim, variant)),
      ...UNMENTIONED.map((kind) => `${id}/${variant}/${kind}`),
    ]),
  );

export interface UnknownEntry {
  readonly id: string;
  /** What was probably meant. */
  readonly nearest: string;
}
/**
 * Entries that nothing is ever compared with: mistyped, or of what the document or the suite no longer has.
 * @param scenarios  those that are played, whole; of others only the name is looked at
 * @param names      of all scenarios of the suite
 */
export function unknownEntries(
  expected: Expectations,
  scenarios: readonly Scenario[],
  claims: readonly Claim[],
  names: readonly string[],
): UnknownEntry[] {
  const known = idsOf(scenarios, claims);
  const played = scenarios.map((one) => one.id);
  return Object.keys(expected).flatMap((id): UnknownEntry[] => {
    const [name = '', ...rest] = id.split('/');
    if (!names.includes(name)) return [{ id, nearest: [closest(name, [...names]), ...rest].join('/') }];
    return played.includes(name) && !known.includes(id) ? [{ id, nearest: closest(id, known) }] : [];
  });
}

/** Stands where somebody is to say why it is left so. */
const NO_REASON = 'seen when this was recorded; say here why it is left so';
/** Whether somebody did. */
export const isExplained = ({ because = NO_REASON }: ExpectedEntry): boolean => because !== NO_REASON;

/**
 * The file with one run's results put in, and without entries that nothing is compared with; entries of other topologies,
 * runtimes, apis and scenarios stay, reasons too.
 */
export function updated(
  all: ExpectationsFile,
  key: ExpectationsKey,
  results: Readonly<Record<string, Omit<ExpectedEntry, 'because' | 'since'>>>,
  month: string,
  unknown: readonly string[] = [],
): ExpectationsFile {
  const old = select(all, key);
  const next: Record<string, ExpectedEntry> = { ...old };
  for (const [id, result] of Object.entries(results)) {
    const before = old[id];
    const known =
      result.book === 'right'
        ? {}
        : {
            because: before?.because ?? NO_REASON,
            since: before?.book === result.book ? (before.since ?? month) : month,
          };
    next[id] = { ...result, ...known };
  }
  const sorted = Object.fromEntries(
    Object.entries(next)
      .filter(([id]) => !unknown.includes(id))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    ...all,
    [key.topology]: { ...all[key.topology], [key.runtime]: { ...all[key.topology]?.[key.runtime], [key.api]: sorted } },
  };
}
export const renderExpectations = (all: ExpectationsFile): string =>
  `# What the last accepted run saw, per topology, runtime and api. Written by --update-expected; review and commit it like a snapshot.\n${stringify(all, { lineWidth: 0, singleQuote: true })}`;
