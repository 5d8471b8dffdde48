/** The least topology that is sound: tests change one thing in it. */
import type { TopologyInput } from '../../topology/schema.ts';

const SOURCE = 'made up for a test';
const somewhere = () => ({ latitude: 0, longitude: 0, source: SOURCE });

export const small = (): TopologyInput => ({
  id: 'small',
  title: 'two nodes',
  places: { 'user:here': somewhere(), 'node:a': somewhere(), 'node:b': somewhere(), 'external:db': somewhere() },
  server: 'node:a',
  links: {
    'node-node': { between: ['node', 'node'], profiles: { physical: { rttMs: 2, jitterMs: 1, source: SOURCE } } },
  },
  defaultProfile: 'physical',
  workloads: {
    api: {
      role: 'api',
      placement: 'node:b',
      ports: [8000],
      probes: { readiness: { ask: 'http', path: '/healthz', port: 8000, source: SOURCE } },
      source: SOURCE,
    },
  },
  services: { api: { workload: 'api', port: 8000, clusterIp: '10.43.0.1', source: SOURCE } },
  externals: { db: { place: 'external:db', role: 'postgres', ports: [5432], source: SOURCE } },
  ingress: { 'api.test': { service: 'api' } },
  routing: 'service',
  journeys: {},
  users: { place: 'user:here', population: 1, patienceMs: 1_000, source: SOURCE },
});
