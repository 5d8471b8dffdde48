/**
 * How often an agent takes changes of its tables: a few at once, then one each period, the newest. A rolling update adds a
 * pod and takes another away an instant later; where only one change may be taken, the second waits out the period.
 *
 *   kube-proxy   two at once, then one a second   kubernetes pkg/proxy/iptables/proxier.go: minSyncPeriod 1 s, burstSyncs 2
 *   Traefik      one, then one each 2 s           traefik pkg/provider/kubernetes: throttleEvents, providersThrottleDuration
 */
import type { TimerName } from '../../topology/timers.ts';
import type { Clock } from '../runtimes/contract.ts';

export interface Pace {
  readonly period: TimerName;
  readonly burst: number;
}
export const KUBE_PROXY: Pace = { period: 'kube-proxy.min-sync', burst: 2 };
export const INGRESS: Pace = { period: 'ingress.throttle', burst: 1 };

type Write = () => Promise<void>;

/** Takes writes at this pace. One that has to wait is replaced by a newer one; it settles at once and fails by `failed`. */
export function throttle(
  { period, burst }: Pace,
  context: { readonly clock: Clock; readonly stopped: AbortSignal; readonly failed: (error: unknown) => void },
): (write: Write) => Promise<void> {
  let free = burst;
  let late: Write | undefined;
  const refill = async (): Promise<void> => {
    while (free < burst) {
      await context.clock.sleep(period, undefined, context.stopped);
      const write = late;
      late = undefined;
      if (write === undefined) free++;
      else await write();
    }
  };
  return async (write) => {
    if (free === 0) {
      late = write;
      return;
    }
    if (free-- === burst)
      refill().catch((error: unknown) => (context.stopped.aborted ? undefined : context.failed(error)));
    await write();
  };
}
