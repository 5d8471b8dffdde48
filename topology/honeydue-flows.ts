/**
 * The data flows of the book's chapter 12 beside the api's own: the landing page and its files, clients that dial a node
 * itself, the admin panel, names. Entries of `honeydue.ts`; those that name journeys are there for plays of these only.
 */
import type { TopologyInput } from './schema.ts';

type Part = Partial<TopologyInput>;
const ASSUMED = 'assumed: the book is silent';

/** "Static asset flow": the page and its files lie in the api's container. */
export const site = {
  ingress: { 'myhoneydue.com': { service: 'api' } },
  journeys: {
    openSite: { title: 'landing pages', oracle: 'file-asked-for' },
    loadAsset: { title: 'assets', oracle: 'file-asked-for' },
  },
} as const satisfies Part;

/** Hop 2: UFW has port 80 open for anybody. */
export const pastTheEdge = {
  links: {
    'user-node': {
      between: ['user', 'node'],
      journeys: ['dialNode'],
      profiles: {
        physical: { rttMs: 128, jitterMs: 6, source: 'floor 87.1 ms; as by way of the POP: user-pop and pop-node' },
        documented: { rttMs: 230, jitterMs: 20, source: 'as user-pop and pop-node' },
      },
    },
  },
  journeys: {
    dialNode: { title: 'direct requests', oracle: 'tasks-of-user' },
  },
} as const satisfies Part;

/** "Admin panel data flow": pages rendered from what the pod fetches by the api's public URL. */
export const adminPanel = {
  places: {
    'pop:frankfurt': {
      latitude: 50.11,
      longitude: 8.68,
      journeys: ['adminUsers'],
      source: 'assumed: the POP nearest to Nuremberg, where the admin meets the edge',
    },
  },
  links: {
    'pop-node-near': {
      between: ['pop:frankfurt', 'node'],
      journeys: ['adminUsers'],
      profiles: {
        physical: {
          rttMs: 5,
          jitterMs: 1,
          source: 'great circle 187 km, floor 1.9 ms; 5 assumed',
        },
        documented: { rttMs: 5, jitterMs: 1, source: 'as physical: the book names no figure' },
      },
    },
    'user-pop-far': {
      between: ['user', 'pop:frankfurt'],
      journeys: ['adminUsers'],
      profiles: {
        physical: { rttMs: 125, jitterMs: 5, source: 'as pop-node: no user of Austin is sent there' },
        documented: { rttMs: 210, jitterMs: 15, source: 'as pop-node' },
      },
    },
  },
  workloads: {
    admin: {
      role: 'admin',
      replicas: 1,
      ports: [3000],
      probes: {
        readiness: { ask: 'http', path: '/healthz', port: 3000, source: ASSUMED },
      },
      settings: { apiUrl: 'https://api.myhoneydue.com' },
      journeys: ['adminUsers'],
      source: 'book: a Next.js admin, NEXT_PUBLIC_API_URL is the public URL; one replica and :3000 assumed',
    },
  },
  services: {
    admin: {
      workload: 'admin',
      port: 3000,
      clusterIp: '10.43.120.30',
      source: 'book: a Service; its address assumed',
    },
  },
  externals: {
    'edge-frankfurt': {
      place: 'pop:frankfurt',
      role: 'edge',
      ports: [443],
      settings: { retry: true, cacheRulePaths: '' },
      journeys: ['adminUsers'],
      source: 'book: Cloudflare, Flexible SSL; anycast leads the nodes to the POP nearest to them',
    },
  },
  ingress: { 'admin.myhoneydue.com': { service: 'admin' } },
  journeys: {
    adminUsers: { title: 'admin pages', oracle: 'file-asked-for' },
  },
} as const satisfies Part;

/** Cloudflare's name servers, and those of somebody else that a person may lead users to. */
export const nameServers = {
  places: {
    'external:cloudflare-dns': {
      latitude: 32.9,
      longitude: -97.04,
      source: 'assumed: anycast name servers answer from the nearest POP',
    },
    'external:second-dns': {
      latitude: 32.9,
      longitude: -97.04,
      source: 'assumed: another provider of anycast name servers, with a POP as near',
    },
  },
  links: {
    'user-dns': {
      between: ['user', 'external:cloudflare-dns'],
      profiles: {
        physical: { rttMs: 8, jitterMs: 3, source: 'as user-pop' },
        documented: { rttMs: 20, jitterMs: 10, source: 'as user-pop' },
      },
    },
    'user-second-dns': {
      between: ['user', 'external:second-dns'],
      profiles: {
        physical: { rttMs: 8, jitterMs: 3, source: 'as user-dns' },
        documented: { rttMs: 20, jitterMs: 10, source: 'as user-dns' },
      },
    },
  },
  externals: {
    'public-dns': { place: 'external:cloudflare-dns', role: 'resolver', ports: [53], source: 'book: Cloudflare DNS' },
    'second-dns': {
      place: 'external:second-dns',
      role: 'resolver',
      ports: [53],
      spare: true,
      source: 'book: a fallback by hand; assumed to be another provider that has the same records',
    },
  },
} as const satisfies Part;
