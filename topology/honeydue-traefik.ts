/** How Traefik's chart has its pods probed and ended. @see traefik/traefik-helm-chart traefik/values.yaml */
import type { TopologyInput } from './schema.ts';

const ping = {
  ask: 'http',
  path: '/ping',
  port: 80,
  initialDelayMs: 2_000,
  periodMs: 10_000,
  timeoutMs: 2_000,
} as const;
const sourceOf = (probe: string): string =>
  `traefik-helm-chart values.yaml, ${probe}; asked on the web port here, not on the chart's 8080`;

export const traefikChart = {
  graceMs: 60_000,
  probes: {
    readiness: { ...ping, failureThreshold: 1, source: sourceOf('readinessProbe') },
    liveness: { ...ping, failureThreshold: 3, source: sourceOf('livenessProbe') },
  },
} satisfies Partial<TopologyInput['workloads'][string]>;
