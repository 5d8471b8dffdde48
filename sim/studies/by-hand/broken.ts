/** What is broken just now: faults in force, and operations that somebody has to take back. */
import { undoOf, type Undo } from '../../control/operations/index.ts';
import { SimError } from '../../errors.ts';
import type { PodId } from '../../runtimes/contract.ts';
import type { ProvenAction } from '../../scenario/method.ts';
import type { BrokenView } from './view.ts';

export interface BrokenThing extends BrokenView {
  readonly action: ProvenAction;
  readonly isSecret: boolean;
  /** Pods of its part when it was broken. */
  readonly stood: readonly PodId[];
}
/** What takes an operation back; undefined for a fault, whose end is known to who applied it. */
export const undoing = ({ action }: BrokenThing): Undo<unknown> | undefined =>
  'operate' in action ? undoOf(action.operate, action.params) : undefined;

export class Broken {
  private readonly things = new Map<string, BrokenThing>();
  get size(): number {
    return this.things.size;
  }
  all = (): BrokenThing[] => [...this.things.values()];
  get = (as: string): BrokenThing | undefined => this.things.get(as);
  add = (thing: BrokenThing): unknown => this.things.set(thing.as, thing);
  remove = (as: string): unknown => this.things.delete(as);
  /** Named, or all. @throws SimError `SIM_USAGE` when there is none */
  chosen(part: string | undefined): BrokenThing[] {
    const all = this.all();
    if (all.length === 0 && part === undefined)
      throw usage('nothing is broken', 'break something first: npx twin break PART --FAULT');
    const found = part === undefined ? all : all.filter((one) => one.as === part);
    if (found.length > 0) return found;
    throw usage(
      `${part} is not broken`,
      all.length === 0 ? 'nothing is' : `broken: ${[...this.things.keys()].join(', ')}`,
    );
  }
  /** @throws SimError `SIM_USAGE` when one of them is broken already */
  refuseTwice(actions: readonly ProvenAction[], timeOfDay: (atMs: number) => string): void {
    for (const { as } of actions) {
      const already = this.things.get(as);
      if (already === undefined) continue;
      const since = timeOfDay(already.sinceMs);
      throw usage(`${as} is broken already: ${already.title}, since ${since}`, `npx twin heal ${as}`);
    }
  }
}
export const usage = (message: string, hint: string): SimError => new SimError('SIM_USAGE', message, { hint });
