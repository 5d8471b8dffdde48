/**
 * Kubelet's probes: period, time-out, thresholds. A probe asks by the runtime's prober, like every proof of fault.
 * @see Kubernetes pkg/apis/core/v1/defaults.go; concepts/workloads/pods/pod-lifecycle
 */
import type { Probe } from '../../topology/schema.ts';
import type { Answer, Clock, Place, PodId, Prober, Question } from '../runtimes/contract.ts';

export type ProbeKind = 'startup' | 'readiness' | 'liveness';
/** What a probe saw, in words. */
export const describe = (kind: ProbeKind, answer: Answer): string =>
  `${kind} probe: ${answer.saw}${answer.status === undefined ? '' : ` ${answer.status}`}${answer.detail === '' ? '' : `, ${answer.detail}`}`;
/** HTTP 200 to 399 is success; a connect probe wants any answer. */
export const succeeded = (answer: Answer): boolean =>
  answer.saw === 'answer' && (answer.status === undefined || (answer.status >= 200 && answer.status < 400));

export const questionOf = (probe: Probe): Question => {
  if (probe.ask === 'http') return { ask: 'http', host: 'kubelet-probe', path: probe.path ?? '/' };
  return { ask: probe.ask };
};

export interface ProbeLoop {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly pod: PodId;
  readonly node: Place;
  readonly prober: Prober;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Asked oftener than the period until the first success: Kubernetes allows it for readiness, and bring-up is not a play. */
  readonly eager: boolean;
  /** Called with every answer, for who asks what was seen last. */
  readonly onAnswer: (kind: ProbeKind, answer: Answer) => void;
  /** Called when the verdict of the probe changes; `fails` after `failureThreshold` failures in a row. */
  readonly onVerdict: (verdict: 'passes' | 'fails', answer: Answer, tries: number) => void;
}

/** Asks until the signal ends it, or, for a startup probe, until the first success. */
export async function probeLoop(loop: ProbeLoop): Promise<void> {
  const { probe, clock, signal } = loop;
  let failures = 0;
  let verdict: 'passes' | 'fails' | undefined;
  let tries = 0;
  if (probe.initialDelayMs > 0) await clock.sleep('probe.period', probe.initialDelayMs, signal);
  while (!signal.aborted) {
    const startedMs = clock.nowMs();
    const answer = await loop.prober.ask(
      loop.node,
      { pod: loop.pod, port: probe.port },
      questionOf(probe),
      probe.timeoutMs,
    );
    if (signal.aborted) return;
    tries++;
    loop.onAnswer(loop.kind, answer);
    failures = succeeded(answer) ? 0 : failures + 1;
    const next = failures === 0 ? 'passes' : failures >= probe.failureThreshold ? 'fails' : undefined;
    if (next !== undefined && next !== verdict && !(next === 'fails' && loop.eager && verdict === undefined)) {
      verdict = next;
      loop.onVerdict(next, answer, tries);
      if (loop.kind === 'startup' && next === 'passes') return;
    }
    const eager = loop.eager && verdict === undefined;
    if (eager) await clock.sleep('probe.eager', undefined, signal);
    else await clock.sleep('probe.period', Math.max(0, probe.periodMs - (clock.nowMs() - startedMs)), signal);
  }
}
