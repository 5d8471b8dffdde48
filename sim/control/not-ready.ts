/** How it is told that a cluster does not come up: which pod, which probe, what it last saw, its program's last words. */
import { SimError } from '../errors.ts';
import type { PartIdentity, Stage } from '../runtimes/contract.ts';
import type { Pod } from './pod.ts';
import { describe } from './probes.ts';

const LAST_WORDS = 10;
/** A program of ours that says so runs: who is asked for is wrong, not this machine. */
const NOT_FOUND = 404;
type Parts = readonly PartIdentity[];
const isOwn = ({ workload }: Pod, parts: Parts): boolean =>
  parts.some((part) => part.kind === 'own-app' && part.role === workload.role);

/** A program of the user's that ended twice right after its start does not come up by being started again. */
export const isHopeless = (pod: Pod, parts: Parts): boolean => pod.quickEnds >= 2 && isOwn(pod, parts);

/** What the newest container wrote; when that has not yet written anything, the one before. */
async function lastWords({ container, ended }: Pod): Promise<readonly string[]> {
  const now = (await container?.logTail(LAST_WORDS)) ?? [];
  return now.length > 0 ? now : ((await ended?.logTail(LAST_WORDS)) ?? []);
}

/**
 * The error of a cluster that does not come up.
 * @param late  the pods that are not Ready; the first is told in full
 * @param when  "after 30000 ms"
 */
export async function notReady(late: readonly Pod[], parts: Parts, when: string): Promise<SimError> {
  const [pod, ...others] = late;
  if (pod === undefined) return new SimError('SIM_START_TIMEOUT', `the cluster was not ready ${when}`);
  const { probes } = pod.workload;
  const kind = pod.lastAnswer?.kind ?? (probes.startup === undefined ? 'readiness' : 'startup');
  const probe = probes[kind];
  const asked = probe === undefined ? 'no probe' : `${probe.ask} on port ${probe.port}${probe.path ?? ''}`;
  const last = pod.lastAnswer === undefined ? 'never asked' : `last ${describe(kind, pod.lastAnswer.answer)}`;
  const own = isOwn(pod, parts);
  const where = (own && (await pod.container?.whereabouts?.())) || undefined;
  const log = await lastWords(pod);
  const told = [
    `pod "${pod.id}" not ready ${when}: ${asked}, ${last}, ${pod.restarts} restarts, now ${pod.condition}`,
    ...(where === undefined ? [] : [where]),
    ...(others.length > 0 ? [`also not ready: ${others.map(({ id }) => id).join(', ')}`] : []),
  ];
  if (!own && pod.lastAnswer?.answer.status === NOT_FOUND)
    return new SimError('SIM_TOPOLOGY_INVALID', told.join('; '), {
      hint: `its program runs and has no such page: look at workloads.${pod.workloadId}.probes.${kind}.path in the topology`,
    });
  const words = log.length > 0 ? `its last words:\n      ${log.join('\n      ')}` : 'it wrote nothing.';
  const next = own ? 'what an api must do: docs/own-api.md' : 'npx twin doctor says what this machine has';
  return new SimError(own ? 'SIM_API_INVALID' : 'SIM_START_TIMEOUT', told.join('; '), {
    hint: log.length === 0 ? `${words} ${next}` : own ? `${words}\n      ${next}` : words,
  });
}

export interface ComingUp {
  readonly stage: Pick<Stage, 'clock' | 'parts'>;
  /** Pods that are not Ready. */
  readonly late: () => readonly Pod[];
  /** What broke a pod's life off, if anything did. */
  readonly broken: () => unknown;
  /** Has it looked again whenever one of these may have changed. */
  readonly onChange: (look: () => void) => void;
}
/** Settles when every pod is Ready. @throws what broke off; SimError as `notReady` after `timeoutMs` */
export async function allReady({ stage, late, broken, onChange }: ComingUp, timeoutMs: number): Promise<void> {
  const over = new AbortController();
  const ready = new Promise<void>((resolve) => {
    const look = (): void => {
      if (broken() !== undefined || late().length === 0) resolve();
    };
    onChange(look);
    look();
  });
  const tooLong = stage.clock.sleep('scenario.step', timeoutMs, over.signal).then(
    () => 'late' as const,
    () => undefined,
  );
  const winner = await Promise.race([ready, tooLong]);
  over.abort();
  if (broken() !== undefined) throw broken();
  if (winner === 'late') throw await notReady(late(), stage.parts, `after ${timeoutMs} ms`);
}
