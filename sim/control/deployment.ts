/**
 * A Deployment's rolling update: new pods up to the surge, old ones down as new ones become available, and a word when
 * nothing has moved for too long. Pods that are terminating count for nothing, as in Kubernetes: with a long preStop more
 * pods run for a while than replicas and surge allow.
 *
 *   rollOut ─▶ reconcile ─┬─▶ launch new, up to replicas + surge
 *       ▲                 └─▶ terminate old, down to replicas − unavailable that are available
 *       └── readiness reached the API server, a pod went, minReady passed
 *
 * @see Kubernetes pkg/controller/deployment/rolling.go, progress.go; pkg/apis/apps/v1/defaults.go
 */
import { choicesHint } from '../../topology/rules.ts';
import type { Workload } from '../../topology/schema.ts';
import { SimError } from '../errors.ts';
import type { Clock, Place } from '../runtimes/contract.ts';
import type { RolloutEntry } from '../runtimes/entries.ts';
import type { Pod } from './pod.ts';

/** What pods of a revision are made from. */
export interface Template {
  readonly revision: string;
  readonly workload: Workload;
}
export interface DeploymentContext {
  readonly clock: Clock;
  /** Its pods that are not terminating. */
  readonly pods: () => readonly Pod[];
  /** What those are to be made of that have found no node. */
  readonly unscheduled: () => readonly Template[];
  /** Pods of other revisions that have found no node are wanted no longer. */
  readonly forgetOthers: (revision: string) => void;
  readonly launch: (template: Template) => void;
  readonly terminate: (pod: Pod) => void;
  readonly record: (entry: Pick<RolloutEntry, 'revision' | 'state' | 'detail'>) => void;
  readonly stopped: AbortSignal;
}
export interface Deployment {
  readonly template: Template;
  /** A new template is wanted; the one that is wanted already changes nothing. */
  rollOut(template: Template): void;
  /** Something about its pods has reached the API server. */
  changed(): void;
}

/** How many pods may stand above the replicas, and be missing from them. Surge rounds up, unavailable down; both 0 becomes 1 unavailable. */
export function rolloutBounds({ replicas, rollout }: Pick<Workload, 'replicas' | 'rollout'>): {
  readonly surge: number;
  readonly unavailable: number;
} {
  const surge = Math.ceil((replicas * rollout.maxSurgePercent) / 100);
  const unavailable = Math.floor((replicas * rollout.maxUnavailablePercent) / 100);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Which pods go first: those not Ready, then those that share a node with most others, then the youngest. */
export function byRank(pods: readonly Pod[]): Pod[] {
  const on = (node: Place): number => pods.filter((pod) => pod.node === node).length;
  return pods.toSorted(
    (a, b) =>
      Number(a.reportedReady) - Number(b.reportedReady) ||
      on(b.node) - on(a.node) ||
      (b.readySinceMs ?? 0) - (a.readySinceMs ?? 0),
  );
}

export const notDeployed = (name: string, choices: readonly string[]): SimError =>
  new SimError('SIM_SCENARIO_INVALID', `there is no Deployment "${name}"`, { hint: choicesHint(name, choices) });

/** What progress is measured by: pods of the new revision, of older ones, and those available. */
interface Progress {
  readonly revision: string;
  readonly fresh: number;
  readonly old: number;
  readonly up: number;
}

export function deployment(context: DeploymentContext, first: Template): Deployment {
  const { clock, stopped } = context;
  let template = first;
  /** True from a rollout's start until it is complete. */
  let rolling = false;
  let progress: Progress = { revision: first.revision, fresh: 0, old: 0, up: 0 };
  let deadline = new AbortController();

  const minReadyMs = (): number => template.workload.rollout.minReadyMs;
  const available = (pod: Pod): boolean =>
    pod.readySinceMs !== undefined && clock.nowMs() >= pod.readySinceMs + minReadyMs();
  const isNew = (pod: Pick<Pod, 'revision'>): boolean => pod.revision === template.revision;
  const say = (state: RolloutEntry['state'], detail: string): void =>
    context.record({ revision: template.revision, state, detail });

  const scaleUp = (): void => {
    const { replicas } = template.workload;
    const { surge } = rolloutBounds(template.workload);
    const all = [...context.pods(), ...context.unscheduled()];
    const missing = Math.min(replicas - all.filter(isNew).length, replicas + surge - all.length);
    for (let n = 0; n < missing; n++) context.launch(template);
  };
  const scaleDown = (): void => {
    const minAvailable = template.workload.replicas - rolloutBounds(template.workload).unavailable;
    const all = context.pods();
    const waiting = all.filter((pod) => isNew(pod) && !available(pod)).length;
    const mayGo = all.length - minAvailable - waiting;
    // Those that serve nobody go first: it costs nothing.
    const old = byRank(all).filter((pod) => !isNew(pod));
    for (const pod of old.slice(0, Math.max(0, mayGo))) context.terminate(pod);
  };
  const stalls = async (): Promise<void> => {
    const ms = template.workload.rollout.progressDeadlineMs;
    await clock.idle('deployment.progress-deadline', ms, AbortSignal.any([deadline.signal, stopped]));
    const { replicas } = template.workload;
    say(
      'stalled',
      `ProgressDeadlineExceeded: ${context.pods().filter((p) => isNew(p) && available(p)).length} of ${replicas} new pods available`,
    );
  };
  /** The deadline counts from the last time that a new pod came, an old one went, or one more became available. */
  const watchProgress = (): void => {
    const all = context.pods();
    const fresh = all.filter(isNew).length;
    const now: Progress = {
      revision: template.revision,
      fresh,
      old: all.length - fresh,
      up: all.filter(available).length,
    };
    const was = progress;
    progress = now;
    if (was.revision === now.revision && now.fresh <= was.fresh && now.old >= was.old && now.up <= was.up && rolling)
      return;
    deadline.abort();
    deadline = new AbortController();
    if (rolling) stalls().catch(() => undefined);
  };
  const reconcile = (): void => {
    if (!rolling) return;
    scaleUp();
    scaleDown();
    scaleUp();
    const all = context.pods();
    rolling = !(all.every((pod) => isNew(pod) && available(pod)) && all.length === template.workload.replicas);
    watchProgress();
    if (!rolling) say('complete', `${all.length} pods of revision ${template.revision} Ready`);
  };
  const reconcileWhenAvailable = async (): Promise<void> => {
    const dueMs = clock.nowMs() + minReadyMs();
    // A timer may fire a moment early, and nobody would look again.
    while (clock.nowMs() < dueMs) await clock.sleep('deployment.min-ready', dueMs - clock.nowMs(), stopped);
    reconcile();
  };
  return {
    get template() {
      return template;
    },
    rollOut(next) {
      if (next.revision === template.revision) return;
      template = next;
      rolling = true;
      context.forgetOthers(next.revision);
      say('started', `revision ${next.revision}`);
      reconcile();
    },
    changed() {
      reconcile();
      if (rolling && minReadyMs() > 0) reconcileWhenAvailable().catch(() => undefined);
    },
  };
}
