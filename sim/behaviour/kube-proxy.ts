/** How a node sends a new connection to one of a Service's endpoints. Rules act per connection, never per request. */

/** iptables: an even draw (k3s' default); ipvs: round robin per node (the book). */
export type ProxyMode = 'iptables' | 'ipvs';

/**
 * The endpoint of the next connection, or undefined when the Service has none: the kernel then refuses at once.
 * @param connection  how many connections this node has sent to the Service before
 * @param draw        a number in [0, 1)
 * @see Kubernetes reference, "Virtual IPs and Service Proxies"
 */
export function pickEndpoint<T>(
  endpoints: readonly T[],
  mode: ProxyMode,
  connection: number,
  draw: number,
): T | undefined {
  if (endpoints.length === 0) return undefined;
  return endpoints[mode === 'ipvs' ? connection % endpoints.length : Math.floor(draw * endpoints.length)];
}
