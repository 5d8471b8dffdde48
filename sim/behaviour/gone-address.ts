/**
 * What those meet who dial the address of a pod that is gone, as the kernel of its node decides. For a while the node believes
 * that the pod is where it was, and sends to nobody: silence. Then it asks who has the address, hears nothing, and says "no
 * route to host" to each that dials.
 *
 * @see Linux ip-sysctl: neigh/base_reachable_time_ms, delay_first_probe_time, ucast_solicit, retrans_time_ms
 */
import { timer } from '../../topology/timers.ts';

/**
 * How long a dial is unanswered until it is told that there is no route.
 *
 * @param goneForMs  how long nobody has had the address; undefined where nobody ever had
 */
export function noRouteAfterMs(goneForMs: number | undefined): number {
  const asksMs = timer('neighbour.unknown').ms;
  return goneForMs === undefined ? asksMs : Math.max(asksMs, timer('neighbour.forgotten').ms - goneForMs);
}
