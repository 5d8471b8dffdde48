/** What an operation is: what it does, and, apart from that, how one sees that it was done. */
import type { z } from 'zod';
import type { Topology } from '../../../topology/schema.ts';
import type { Place, PodId, Question, Saw, Target } from '../../runtimes/contract.ts';
import type { Cluster } from '../cluster.ts';
import type { ClusterView } from '../pod.ts';

/** One look: a question from a place and what must be seen, or what the cluster itself reported of its pods. */
export type Look = {
  readonly from: Place;
  /** What is asked about, in words: "api-1 from node:hetzner1". */
  readonly about: string;
} & (
  | { readonly target: Target; readonly question: Question; readonly expected: readonly Saw[] }
  | {
      readonly answer: { readonly saw: 'reported' | 'not-reported'; readonly detail: string; readonly tookMs: 0 };
      readonly expected: readonly ['reported'];
    }
);

/** A pod that stood when the operation began. */
export interface Standing {
  readonly pod: PodId;
  readonly node: Place;
}
export interface LookContext<P> {
  readonly topology: Topology;
  readonly cluster: ClusterView;
  /** As the scenario names them, whatever the operation was really aimed at. */
  readonly params: P;
  /** Pods of the workload when the operation began; before it, those of now. */
  readonly before: readonly Standing[];
}
export type Undo<P> =
  | { readonly params: P; /** "rolled back to v1" */ readonly told: string }
  | { readonly never: string };
export interface Operation<P> {
  /** In words, for lists and timelines. */
  readonly title: (params: P) => string;
  readonly params: z.ZodType<P>;
  run(cluster: Cluster, params: P): Promise<void>;
  /** What takes it back by hand: itself with other params, or why nobody can. Absent, or undefined: nothing of it lasts. */
  readonly undo?: (params: P) => Undo<P> | undefined;
  /** How it is proven, in words, and by which looks: before it, at the end of its step, and after everything. */
  readonly proof?: {
    readonly title: (params: P) => string;
    readonly looks: (when: 'before' | 'during' | 'after', context: LookContext<P>) => readonly Look[];
  };
}
