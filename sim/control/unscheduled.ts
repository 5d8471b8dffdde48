/** Pods that have found no node: they count as their Deployment's, and are asked for again when a node comes back, or ports of one are free. */
import type { Template } from './deployment.ts';

interface Unscheduled {
  readonly workload: string;
  readonly template: Template;
}
export class UnscheduledPods {
  #all: Unscheduled[] = [];

  add(workload: string, template: Template): void {
    this.#all.push({ workload, template });
  }
  of(workload: string): Template[] {
    return this.#all.flatMap((one) => (one.workload === workload ? [one.template] : []));
  }
  /** Those of other revisions go first when something is rolled out: it costs nothing. */
  keepOnly(workload: string, revision: string): void {
    this.#all = this.#all.filter((one) => one.workload !== workload || one.template.revision === revision);
  }
  /** All there were, none is kept. */
  take(): readonly Unscheduled[] {
    const all = this.#all;
    this.#all = [];
    return all;
  }
}
