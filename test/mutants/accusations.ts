/** What a run holds against the program it played: exactly what would fail its CI. */
import type { RunSummary, Statement, Unmentioned } from '../../sim/scenario/summary.ts';
import { bookWord } from '../../sim/scenario/expectations.ts';
import type { Played } from './play.ts';
import { slowerThan } from './waits.ts';

/** How a run accuses, the most telling first. */
const TELLING = ['changed', 'new', 'not started', 'not judged', 'slower'] as const;
export interface Accusation {
  /** Id of the statement, or of what the book is silent about; of a wait its play, phase and journey. */
  readonly statement: string;
  readonly how: (typeof TELLING)[number];
  readonly told: string;
}

function ofStatement(one: Statement): Accusation[] {
  const { id: statement, since } = one;
  if (!one.judged) return [{ statement, how: 'not judged', told: one.reason }];
  const now = `${bookWord(one.verdict)}, pain ${one.pain}: ${one.reason}`;
  if (since.kind === 'changed') return [{ statement, how: 'changed', told: `${now} (was ${since.was})` }];
  return since.kind === 'new' ? [{ statement, how: 'new', told: now }] : [];
}
function ofUnmentioned({ id: statement, since, sentence, pain }: Unmentioned): Accusation[] {
  if (since.kind === 'changed')
    return [{ statement, how: 'changed', told: `pain ${pain}: ${sentence} (was ${since.was})` }];
  return since.kind === 'new' ? [{ statement, how: 'new', told: sentence }] : [];
}
const ofSummary = ({ scenarios }: RunSummary): Accusation[] =>
  scenarios.flatMap((one) => [...one.statements.flatMap(ofStatement), ...one.unmentioned.flatMap(ofUnmentioned)]);

/** Exit of a twin that never got Ready: exits.ts, `unavailable`. */
const UNAVAILABLE = 5;
const NEVER_READY = /^.*not ready after .*$/m;

/** @throws Error when the run broke off: that says nothing about the program it played */
export function accusationsOf({ exit, summary, said }: Played): Accusation[] {
  if (summary !== undefined && exit !== null && exit <= 3) return ofSummary(summary);
  const told = NEVER_READY.exec(said)?.[0];
  if (exit === UNAVAILABLE && told !== undefined) return [{ statement: 'start', how: 'not started', told }];
  throw new Error(
    exit === null ? 'it hangs: ended by force' : `rehearse ended with ${exit}: ${said.split('\n').at(-1)}`,
  );
}

/** The same, and that users wait longer than in the unpatched run. */
export const accusationsBeside = (unpatched: Played, played: Played): Accusation[] =>
  [...accusationsOf(played), ...slowerThan(unpatched.waits, played.waits)].toSorted(
    (a, b) => TELLING.indexOf(a.how) - TELLING.indexOf(b.how),
  );
