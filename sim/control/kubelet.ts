/**
 * One pod's life on its node: start, probes, restart with back-off, graceful end.
 *
 *   sandbox ─▶ container ─▶ startup probe ─▶ readiness, liveness ─▶ exit ─▶ back-off ─┐
 *                 ▲                                                                  │
 *                 └──────────────────────────────────────────────────────────────────┘
 *   terminate: preStop, SIGTERM, grace, SIGKILL, sandbox gone
 */
import { timer } from '../../topology/timers.ts';
import type { Prng } from '../prng.ts';
import type { Answer, Container, Exit, Place, Stage } from '../runtimes/contract.ts';
import type { PodEntry } from '../runtimes/entries.ts';
import type { Pod } from './pod.ts';
import { describe, probeLoop, type ProbeKind } from './probes.ts';

export interface KubeletContext {
  readonly stage: Stage;
  readonly prng: Prng;
  /** True while the cluster is brought up: probes may then be asked at a quick pace. */
  readonly eager: () => boolean;
  /** What the kubelet tells the API server, in the order told; the path may delay or lose it. */
  readonly report: (pod: Pod) => void;
  readonly record: (pod: Pod, event: PodEntry['event'], detail: string, exit?: Exit) => void;
  readonly onContainer: (pod: Pod, container: Container) => void;
  /** Aborted when the brain stops: nothing is started or restarted after that. */
  readonly stopped: AbortSignal;
  /** Told what broke while nobody waited for it. */
  readonly failed: (error: unknown) => void;
}

/** Back-off before restart number `restarts`: none for the first, then 10 s doubling to 300 s. */
export const backOffMs = (restarts: number): number =>
  restarts === 0 ? 0 : Math.min(timer('kubelet.long-back-off').ms, timer('kubelet.back-off').ms * 2 ** (restarts - 1));

/** True when the error is the abort of a wait, which is how waits end here. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
async function unlessAborted(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isAbort(error)) throw error;
  }
}

function setReady(context: KubeletContext, pod: Pod, ready: boolean, detail: string): void {
  if ((pod.condition === 'Ready') === ready || pod.condition === 'Terminating') return;
  pod.condition = ready ? 'Ready' : 'Running';
  context.record(pod, ready ? 'Ready' : 'NotReady', detail);
  context.report(pod);
}

async function runProbes(context: KubeletContext, pod: Pod, container: Container, signal: AbortSignal): Promise<void> {
  const { startup, readiness, liveness } = pod.workload.probes;
  const common = {
    pod: pod.id,
    node: pod.node,
    prober: context.stage.prober,
    clock: context.stage.clock,
    signal,
    onAnswer: (kind: ProbeKind, answer: Answer) => {
      pod.lastAnswer = { kind, answer };
    },
  };
  const kill =
    (kind: ProbeKind) =>
    (verdict: 'passes' | 'fails', answer: Answer): void => {
      if (verdict === 'passes') return;
      context.record(pod, 'ProbeFailed', describe(kind, answer));
      endContainer(context, pod, container, pod.workload.graceMs).catch(context.failed);
    };
  if (startup !== undefined)
    await probeLoop({ ...common, kind: 'startup', probe: startup, eager: context.eager(), onVerdict: kill('startup') });
  if (signal.aborted) return;
  const loops: Promise<void>[] = [];
  if (readiness === undefined) setReady(context, pod, true, 'no readiness probe');
  else
    loops.push(
      probeLoop({
        ...common,
        kind: 'readiness',
        // What a probe waits for at first is no time of users' either.
        probe: context.eager() ? { ...readiness, initialDelayMs: 0 } : readiness,
        eager: true,
        onVerdict: (verdict, answer) => setReady(context, pod, verdict === 'passes', describe('readiness', answer)),
      }),
    );
  if (liveness !== undefined)
    loops.push(probeLoop({ ...common, kind: 'liveness', probe: liveness, eager: false, onVerdict: kill('liveness') }));
  await Promise.all(loops);
}

/** SIGTERM, then SIGKILL when the grace, or what preStop left of it, is over. */
async function endContainer(context: KubeletContext, pod: Pod, container: Container, graceMs: number): Promise<void> {
  pod.told = container;
  await container.signal('SIGTERM');
  const over = new AbortController();
  const end = (): void => over.abort();
  container.exited.then(end, end);
  await unlessAborted(context.stage.clock.sleep('kubelet.grace', graceMs, over.signal));
  if (!over.signal.aborted) await container.signal('SIGKILL');
  await container.exited;
}

/** A program that ends this soon after its start never began its work. */
const RIGHT_AFTER_MS = 2_000;

/** What a kubelet and its container runtime do before a program runs; a cluster that comes up is no play, and does not wait for it. */
async function prepare({ stage, eager }: KubeletContext, over: AbortSignal): Promise<void> {
  if (stage.startsContainers !== true && !eager())
    await unlessAborted(stage.clock.sleep('kubelet.start', undefined, over));
}

/** One container from start to exit. */
async function runOnce(context: KubeletContext, pod: Pod): Promise<Exit> {
  const { sandbox, workload } = pod;
  if (sandbox === undefined) throw new Error(`pod ${pod.id} has no sandbox`);
  const limit = workload.memoryLimitBytes;
  const container = await sandbox.run({
    role: workload.role,
    ports: workload.ports,
    settings: workload.settings,
    ...(limit === undefined ? {} : { memoryLimitBytes: limit }),
  });
  pod.container = container;
  const startedMs = context.stage.clock.nowMs();
  if (pod.condition === 'Pending') pod.condition = 'Running';
  context.record(pod, 'Started', `container ${pod.restarts + 1}`);
  context.onContainer(pod, container);
  const probing = new AbortController();
  const probes = unlessAborted(
    runProbes(context, pod, container, AbortSignal.any([probing.signal, pod.ending.signal, context.stopped])),
  );
  // A question that cannot be asked ends the play; the container runs on.
  probes.catch(context.failed);
  const exit = await container.exited;
  probing.abort();
  await probes;
  pod.container = undefined;
  pod.ended = container;
  const isQuick = exit.code !== 0 && context.stage.clock.nowMs() - startedMs < RIGHT_AFTER_MS;
  pod.quickEnds = isQuick ? pod.quickEnds + 1 : 0;
  return exit;
}

/** Runs the pod until it is told to end; then ends it gracefully. Settles when nothing of it is left. */
export async function runPod(context: KubeletContext, pod: Pod): Promise<void> {
  const { clock } = context.stage;
  pod.sandbox = await context.stage.sandbox(pod.id, pod.node, pod.workload.hostNetwork);
  const terminated = new Promise<void>((resolve, reject) => {
    const end = (): void => void terminate(context, pod).then(resolve, reject);
    // It may have been deleted while its sandbox was made: then no event will tell.
    if (pod.ending.signal.aborted) end();
    else pod.ending.signal.addEventListener('abort', end, { once: true });
  });
  terminated.catch(() => undefined);
  const over = AbortSignal.any([pod.ending.signal, context.stopped]);
  // Kubernetes pod lifecycle: a container that ran for ten minutes begins anew.
  let failures = 0;
  while (!over.aborted) {
    await prepare(context, over);
    if (over.aborted) break;
    const startedMs = clock.nowMs();
    const exit = await runOnce(context, pod);
    if (over.aborted) break;
    await unlessAborted(clock.sleep('kubelet.relist', timer('kubelet.relist').ms * context.prng.next(), over));
    context.record(pod, 'Exited', `exit ${exit.code}, ${exit.reason}`, exit);
    setReady(context, pod, false, `container exited ${exit.code}`);
    pod.restarts++;
    if (clock.nowMs() - startedMs >= timer('kubelet.back-off-reset').ms) failures = 0;
    const waitMs = backOffMs(failures++);
    if (waitMs === 0) continue;
    context.record(pod, 'BackOff', `${waitMs / 1000} s`);
    const waiting =
      waitMs > timer('kubelet.back-off').ms
        ? clock.idle('kubelet.long-back-off', waitMs, over)
        : clock.sleep('kubelet.back-off', waitMs, over);
    await unlessAborted(waiting);
  }
  if (pod.ending.signal.aborted) await terminated;
}

/** What a program has left when preStop used up the whole grace. @see Kubernetes concepts/workloads/pods/pod-lifecycle */
const PRE_STOP_EXTENSION_MS = 2_000;

async function terminate(context: KubeletContext, pod: Pod): Promise<void> {
  const { container } = pod;
  const { preStopMs, graceMs } = pod.workload;
  if (container !== undefined) {
    const hookMs = Math.min(preStopMs, graceMs);
    if (hookMs > 0) await unlessAborted(context.stage.clock.sleep('kubelet.grace', hookMs, context.stopped));
    // The grace counts from the start of preStop; a hook that used it up gets one extension of 2 s.
    await endContainer(context, pod, container, Math.max(PRE_STOP_EXTENSION_MS, graceMs - hookMs));
    await unlessAborted(context.stage.clock.sleep('kubelet.teardown', undefined, context.stopped));
  }
  await pod.sandbox?.[Symbol.asyncDispose]();
  context.record(pod, 'Deleted', '');
}

/** Where a pod of a workload goes: its pinned node, else the node with the fewest pods of this workload (ties: file order). */
export function schedule(
  placement: 'spread' | Place,
  nodes: readonly Place[],
  occupied: readonly Place[],
): Place | undefined {
  if (placement !== 'spread') return nodes.includes(placement) ? placement : undefined;
  const load = (node: Place): number => occupied.filter((place) => place === node).length;
  return nodes.toSorted((a, b) => load(a) - load(b) || nodes.indexOf(a) - nodes.indexOf(b))[0];
}
