/** What the requests tell of name look-ups: which of them needed a new connection, and what a search list makes of one name. */
import type { Outcome } from '../runtimes/contract.ts';
import type { PlayedEntry } from '../runtimes/entries.ts';
import { requestsIn } from './window.ts';

/** Questions to the cluster's resolver that a request cost, all parts together. The phone asks another one. */
export const questionsOf = (outcome: Outcome): number =>
  outcome.hops.reduce((sum, hop) => sum + (hop.part === 'phone' ? 0 : (hop.questions ?? 0)), 0);

/** No client here keeps an answer (Go has no cache of names): who asks for a name is about to open a connection. */
export const neededConnection = (outcome: Outcome): boolean => questionsOf(outcome) > 0;

/** The phone had no answer of before: it asked for the name that it dials. */
export const askedForName = (outcome: Outcome): boolean =>
  outcome.hops.some((hop) => hop.part === 'phone' && (hop.questions ?? 0) > 0);

/** The most questions that one request cost, before the fault and while it lasted. */
export interface Questions {
  readonly usual: number;
  readonly during: number;
}
export function mostQuestions(entries: readonly PlayedEntry[]): Questions {
  const most = (...phases: ('warm-up' | 'before' | 'during')[]): number =>
    phases
      .flatMap((phase) => requestsIn(entries, phase).counted)
      .reduce((sofar, outcome) => Math.max(sofar, questionsOf(outcome)), 0);
  return { usual: most('warm-up', 'before'), during: most('during') };
}
