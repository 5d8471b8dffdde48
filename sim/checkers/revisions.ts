/** Who answered while a rollout was under way: pods that were there before it, or those that it brought. */
import type { Outcome } from '../runtimes/contract.ts';
import type { PlayedEntry, PodEntry } from '../runtimes/entries.ts';
import { entriesOf } from './window.ts';

export interface ByRevision {
  readonly old: readonly Outcome[];
  readonly new: readonly Outcome[];
}

/**
 * Requests that were answered from the instant a new pod was Ready until the last old one was told to end: as long as both
 * could. Where no new one ever was Ready, from the rollout on. Undefined where nothing was rolled out.
 */
export function byRevision(entries: readonly PlayedEntry[], requests: readonly Outcome[]): ByRevision | undefined {
  const rollout = entriesOf(entries, 'operation').find(
    ({ operation, state, as }) => operation === 'rollout' && state === 'done' && as !== undefined,
  );
  if (rollout === undefined) return undefined;
  const { workload, revision } = rollout.params as { readonly workload: string; readonly revision: string };
  const isOfIt = (one: PodEntry): boolean => one.workload === workload;
  const events = entriesOf(entries, 'pod').filter(isOfIt);
  // Bringing the cluster up has a clock of its own.
  const played = entriesOf(entries.slice(entries.findIndex(({ kind }) => kind === 'step')), 'pod').filter(isOfIt);
  const scheduled = played.filter(({ event, atMs }) => event === 'Scheduled' && atMs >= rollout.atMs);
  // What the next one brings, which takes this one back, is not of it.
  const untilMs =
    entriesOf(entries, 'rollout').find(
      (one) => one.workload === workload && one.revision !== revision && one.atMs > rollout.atMs,
    )?.atMs ?? Infinity;
  const brought = new Set(scheduled.filter(({ atMs }) => atMs < untilMs).map(({ pod }) => pod));
  const later = new Set(scheduled.map(({ pod }) => pod));
  const former = new Set(events.map(({ pod }) => pod).filter((pod) => !later.has(pod)));
  const endings = events.filter(({ pod, event }) => event === 'Terminating' && former.has(pod));
  const fromMs = events.find(({ pod, event }) => event === 'Ready' && brought.has(pod))?.atMs ?? rollout.atMs;
  const toMs = endings.length < former.size ? Infinity : Math.max(...endings.map(({ atMs }) => atMs));
  const meanwhile = requests.filter(({ atMs, tookMs }) => atMs + tookMs >= fromMs && atMs + tookMs < toMs);
  const answeredBy = (pods: ReadonlySet<string>) =>
    meanwhile.filter(({ hops }) => hops.some(({ instance }) => pods.has(instance)));
  return { old: answeredBy(former), new: answeredBy(brought) };
}
