/** What a fault is: how it is applied and healed, and, apart from that, how one sees that it is in force. */
import type { z } from 'zod';
import type { ClusterView, PodReport } from '../control/pod.ts';
import type { Capability, Container, Place, PodId, Question, Saw, Stage, Target } from '../runtimes/contract.ts';

/** One look with other eyes than the fault's own. */
export type Witness = Sight | Report;
/** What is reported of pods: each field that is given must be so. */
export type Reported = Partial<Pick<PodReport, 'workload' | 'event' | 'exitCode' | 'reason'>>;
/** What the cluster itself reports: nothing like it before, something while the fault lasts, and each such pod well after. */
export interface Report {
  readonly about: string;
  readonly reported: Reported;
  readonly recovered: Reported;
}
/** A question from a place, and what it must see while the fault is in force. */
export interface Sight {
  readonly from: Place;
  readonly target: Target;
  /** What is asked about, in words: "redis from node:hetzner1". */
  readonly about: string;
  readonly question: Question;
  readonly during: readonly Saw[];
  /** The fault shows itself only when something else has happened: looked at once, when it has lasted. */
  readonly atTheEnd?: boolean;
  /** Asked of a session that was open before the fault, and afterwards of a new one. */
  readonly held?: true;
  /** How long an answer is waited for, milliseconds; absent: `proof.patience`. */
  readonly patienceMs?: number;
  /** What it answers, where more than an answer is to be seen: while all is well, and while the fault is in force. */
  readonly status?: { readonly well: number; readonly during?: number };
}
export interface Fault<P> {
  readonly id: string;
  /** In words, for lists and timelines. */
  readonly title: (params: P) => string;
  readonly params: z.ZodType<P>;
  readonly needs: readonly Capability[];
  /** Over in a moment: whoever looks while it is in force finds all as before. */
  readonly isMomentary?: true;
  /** Why nobody could tell whether it is in force there, in words; absent, undefined: somebody can. */
  unproven?(view: WitnessView, params: P): string | undefined;
  /** In force when it settles; disposing heals. Knows nothing of the witnesses. */
  apply(stage: Stage, cluster: ClusterView, params: P): Promise<AsyncDisposable>;
  /** Knows nothing of how `apply` did it: may not read a condition imposed or a fault's state. */
  witnesses(view: WitnessView, params: P): readonly Witness[];
}
export interface Served {
  readonly id: string;
  readonly port: number;
  /** Of the program behind it. */
  readonly role: string;
  /** Whether its kubelet asks if it is ready: a Service that nobody ready is behind refuses. */
  readonly isProbed: boolean;
  /** Where its kubelet asks over HTTP whether it is ready. */
  readonly readyPath?: string;
}
/** All that a witness may know: the topology's Services and externals, and where their users' pods stand. */
export interface WitnessView {
  /** The Service in front of a workload. */
  serviceOf(workload: string): Served | undefined;
  /** The port on which a workload listens at its nodes' own addresses, where it does. */
  hostPortOf(workload: string): number | undefined;
  servicePort(service: string): number | undefined;
  /** Services in front of a pod that stands on one node and no other. */
  pinnedServices(): readonly {
    readonly service: string;
    readonly port: number;
    readonly role: string;
    readonly node: Place;
  }[];
  /** A port that a node's own address has open for all. */
  openPortOf(node: number): number | undefined;
  /** The role of what stands at a place outside of the cluster. */
  roleAt(place: Place): string | undefined;
  /** A name within the cluster that its resolver must know. */
  readonly clusterName: string;
  /** Nodes on which pods stand that use the workload. */
  readonly nodes: readonly Place[];
  /** Every place of the topology, in the file's order. */
  readonly places: readonly Place[];
}

/** The nodes among places, in the file's order: the nth is the one that a fault's `node` counts. */
export const nodesOf = (places: readonly Place[]): Place[] => places.filter((place) => place.startsWith('node:'));

/** A port of a place, asked from another one. */
export const seenAt = (from: Place, target: { readonly place: Place; readonly port: number }) =>
  ({ from, target, about: `${target.place} from ${from}` }) satisfies Partial<Sight>;

/** Which question tells whether a program of this role answers. */
function questionFor({ clusterName }: WitnessView, { id, role, readyPath }: Served): Question {
  if (role === 'redis') return { ask: 'ping' };
  if (role === 'resolver') return { ask: 'name', name: clusterName };
  return readyPath === undefined ? { ask: 'connect' } : { ask: 'http', host: id, path: readyPath };
}

/** What the cluster itself reports of a pod whose program was killed. */
export const killed = (workload: string): Report => ({
  about: workload,
  reported: { workload, event: 'Exited', exitCode: 137, reason: 'Error' },
  recovered: { workload, event: 'Ready' },
});

/**
 * Looks at a workload from every node through its Service; one on its nodes' own addresses from where the edge stands.
 * @param node  which of the nodes it is looked at on, counted from 0; absent: all
 */
export function servedTo(view: WitnessView, workload: string, during: readonly Saw[], node?: number): readonly Sight[] {
  const service = view.serviceOf(workload);
  if (service === undefined) return onNodes(view, workload, during, node);
  return view.nodes.map((from) => ({
    from,
    target: { service: service.id, port: service.port },
    about: `${workload} from ${from}`,
    question: questionFor(view, service),
    during,
  }));
}
function onNodes(view: WitnessView, workload: string, during: readonly Saw[], node: number | undefined): Sight[] {
  const port = view.hostPortOf(workload);
  if (port === undefined) return [];
  const edges = view.places.filter((place) => place.startsWith('pop:'));
  return view.nodes
    .filter((_, index) => index === (node ?? index))
    .flatMap((place) =>
      edges.map((from) => ({
        from,
        target: { place, port },
        about: `${workload} on ${place} from ${from}`,
        question: { ask: 'http', host: 'proof', path: '/ping' } as const,
        during,
      })),
    );
}
/** Does something to a program, where there is one; disposing undoes it. */
export const actOn = async (
  container: Container | undefined,
  act: (container: Container) => Promise<AsyncDisposable>,
): Promise<AsyncDisposable> => (container === undefined ? allOf([]) : act(container));

/**
 * Does something to the program of each of these pods, and to each that is started in them meanwhile; disposing undoes it.
 * @throws what goes wrong at the beginning; of a later one it is thrown where that is undone, never at a container's start
 */
export async function onEach(
  cluster: Pick<ClusterView, 'onContainer'>,
  pods: readonly PodId[],
  act: (container: Container, pod: PodId) => Promise<AsyncDisposable>,
): Promise<AsyncDisposable> {
  const done: Promise<AsyncDisposable>[] = [];
  const watches = pods.map((pod) =>
    cluster.onContainer(pod, (container) => {
      const one = Promise.try(() => act(container, pod));
      one.catch(() => undefined);
      done.push(one);
    }),
  );
  const unwatch = (): void => {
    for (const one of watches) one[Symbol.dispose]();
  };
  try {
    await Promise.all(done);
  } catch (error) {
    unwatch();
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      unwatch();
      await allOf(await Promise.all(done))[Symbol.asyncDispose]();
    },
  };
}

/** Undoes what was done, in the order it was done. */
export const allOf = (parts: readonly (AsyncDisposable | Disposable)[]): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    for (const part of parts)
      if (Symbol.asyncDispose in part) await part[Symbol.asyncDispose]();
      else part[Symbol.dispose]();
  },
});
