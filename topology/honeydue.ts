/**
 * honeyDue's production cluster as its deployment book's chapter 12 describes it. "book" is that chapter; where it is
 * silent the entry says "assumed". Latency profile `physical` is what distance and published measurements allow;
 * `documented` takes the book's figures at their word.
 */
import { adminPanel, nameServers, pastTheEdge, site } from './honeydue-flows.ts';
import { traefikChart } from './honeydue-traefik.ts';
import { defineTopology } from './load.ts';

const ASSUMED = 'assumed: the book is silent';
const node = { latitude: 49.45, longitude: 11.08, source: 'book: three Hetzner nodes in Nuremberg' };
export default defineTopology(
  {
    id: 'honeydue',
    title: 'honeyDue production: three Hetzner nodes, k3s',
    document: 'honeydue.md',
    places: {
      'user:austin': { latitude: 30.27, longitude: -97.74, source: 'book: users in Austin' },
      'pop:dallas': { latitude: 32.9, longitude: -97.04, source: 'book: DFW is the nearest POP to Austin' },
      'pop:chicago': {
        latitude: 41.98,
        longitude: -87.9,
        source: "assumed: Cloudflare's location at ORD is the next that Austin's routes lead to",
      },
      ...adminPanel.places,
      'node:hetzner1': { ...node, address: '178.104.247.152' },
      'node:hetzner2': { ...node, address: '178.105.32.198' },
      'node:hetzner3': { ...node, address: '178.104.249.189' },
      'external:neon': { latitude: 39.04, longitude: -77.49, source: 'book: Neon pooler in AWS us-east-1' },
      'external:backblaze': {
        latitude: 52.37,
        longitude: 4.9,
        source:
          'book: Backblaze B2; its region is not said, eu-central (Amsterdam) assumed as the nearest to the nodes',
      },
      ...nameServers.places,
    },
    server: 'node:hetzner1',
    links: {
      'user-pop': {
        between: ['user', 'pop'],
        profiles: {
          physical: { rttMs: 8, jitterMs: 3, source: 'great circle 293 km, floor 2.9 ms; the last mile dominates' },
          documented: { rttMs: 20, jitterMs: 10, source: 'book, budget: 5 to 15 ms each way' },
        },
      },
      'user-fallback-pop': {
        between: ['user', 'pop:chicago'],
        profiles: {
          physical: {
            rttMs: 30,
            jitterMs: 5,
            source: 'great circle 1,576 km, floor 15.8 ms; as much again on the way',
          },
          documented: { rttMs: 30, jitterMs: 5, source: 'as physical: the book names no figure' },
        },
      },
      ...nameServers.links,
      'pop-node': {
        between: ['pop', 'node'],
        profiles: {
          physical: {
            rttMs: 120,
            jitterMs: 5,
            source: 'floor 84.4 ms; published pings Dallas to Zurich 127.7, Dallas to Paris 130.9',
          },
          documented: { rttMs: 210, jitterMs: 15, source: 'book, budget: 90 to 120 ms each way' },
        },
      },
      ...pastTheEdge.links,
      'fallback-pop-node': {
        between: ['pop:chicago', 'node'],
        profiles: {
          physical: {
            rttMs: 105,
            jitterMs: 5,
            source: 'Chicago to Nuremberg 7,148 km, floor 71.5 ms; 1.45 times that, as on the way from Dallas',
          },
          documented: { rttMs: 105, jitterMs: 5, source: 'as physical: the book names no figure' },
        },
      },
      ...adminPanel.links,
      'node-node': {
        between: ['node', 'node'],
        profiles: {
          physical: { rttMs: 0.6, jitterMs: 0.2, source: 'assumed: one data centre, VXLAN' },
          documented: { rttMs: 3, jitterMs: 1, source: 'book: below 3 ms even cross-node' },
        },
      },
      neon: {
        between: ['node', 'external:neon'],
        profiles: {
          physical: {
            rttMs: 95,
            jitterMs: 5,
            source: 'floor 67.4 ms; published pings Baltimore to Paris 97.8, to Zurich 114.1',
          },
          documented: { rttMs: 10, jitterMs: 5, source: 'book: a query 5 to 20 ms, four statements 20 to 60 ms' },
        },
      },
      backblaze: {
        between: ['node', 'external:backblaze'],
        profiles: {
          physical: {
            rttMs: 12,
            jitterMs: 2,
            source: 'assumed region; Nuremberg to Amsterdam 540 km, floor 5.4 ms (us-west would be 150 ms, floor 91.8)',
          },
          documented: { rttMs: 12, jitterMs: 2, source: 'as physical: the book names no figure' },
        },
      },
    },
    defaultProfile: 'physical',
    workloads: {
      traefik: {
        role: 'ingress',
        kind: 'daemonset',
        hostNetwork: true,
        ports: [80],
        ...traefikChart,
        source:
          'book: a Traefik pod on each node, host network; traefik-helm-chart values.yaml: terminationGracePeriodSeconds',
      },
      coredns: {
        role: 'resolver',
        replicas: 1,
        placement: 'node:hetzner1',
        ports: [53],
        probes: {
          readiness: {
            ask: 'connect',
            port: 53,
            periodMs: 2_000,
            source: 'k3s manifest: readiness period 2 s; asked by TCP here',
          },
        },
        source: 'k3s: one replica by default; node assumed',
      },
      redis: {
        role: 'redis',
        replicas: 1,
        placement: 'node:hetzner2',
        ports: [6379],
        probes: {
          readiness: { ask: 'connect', port: 6379, source: ASSUMED },
          liveness: { ask: 'connect', port: 6379, source: ASSUMED },
        },
        settings: { persistence: false },
        source: 'book: Redis is on hetzner2; no persistence assumed',
      },
      api: {
        role: 'api',
        replicas: 3,
        ports: [8000],
        memoryLimitBytes: 512 * 1024 * 1024,
        probes: {
          startup: {
            ask: 'http',
            path: '/healthz',
            port: 8000,
            periodMs: 1_000,
            failureThreshold: 60,
            source: ASSUMED,
          },
          readiness: { ask: 'http', path: '/healthz', port: 8000, source: ASSUMED },
          liveness: { ask: 'http', path: '/healthz', port: 8000, source: ASSUMED },
        },
        settings: {
          databaseHost: 'ep-floral-truth-pooler.us-east-1.aws.neon.tech',
          databasePort: 5432,
          redisHost: 'redis',
          redisPort: 6379,
          cacheTtlSeconds: 300,
          sqlMaxOpen: 25,
          sqlMaxIdle: 25,
          redisPoolSize: 20,
          redisMaxRetries: 3,
          redisDialTimeoutMs: 5_000,
          redisReadTimeoutMs: 3_000,
          onEnqueueFailure: 'ignore',
          schemaVersion: 1,
          objectStoreHost: 's3.eu-central-003.backblazeb2.com',
          objectStorePort: 443,
          objectStoreBucket: 'honeydue-photos',
          mediaCacheControl: 'public, max-age=86400',
          pageCacheControl: 'public, max-age=60',
          assetCacheControl: '',
        },
        source:
          "book: Go api on :8000, list cached 300 s, a short TTL of the landing page; three replicas, pool of 25, go-redis defaults, photos cacheable for a day, the page for a minute assumed; Echo's handler sends no Cache-Control",
      },
      ...adminPanel.workloads,
      worker: {
        role: 'worker',
        replicas: 1,
        ports: [],
        settings: {
          redisHost: 'redis',
          redisPort: 6379,
          redisPoolSize: 20,
          redisMaxRetries: 3,
          concurrency: 2,
          jobMs: 0,
          recoveryIsIdle: false,
        },
        source: "book: a worker takes jobs from Redis; one replica, two cores (asynq's Concurrency) assumed",
      },
    },
    services: {
      ...adminPanel.services,
      api: { workload: 'api', port: 8000, clusterIp: '10.43.167.83', source: 'book' },
      redis: { workload: 'redis', port: 6379, clusterIp: '10.43.7.10', source: 'book' },
      'kube-dns': { workload: 'coredns', port: 53, protocol: 'udp', clusterIp: '10.43.0.10', source: 'book' },
    },
    externals: {
      neon: {
        place: 'external:neon',
        role: 'postgres',
        host: 'ep-floral-truth-pooler.us-east-1.aws.neon.tech',
        ports: [5432],
        source: 'book: Neon pooler, TLS required',
      },
      b2: {
        place: 'external:backblaze',
        role: 'object-store',
        host: 's3.eu-central-003.backblazeb2.com',
        ports: [443],
        settings: { bucket: 'honeydue-photos', objects: 3_000, region: 'eu-central-003' },
        journeys: ['uploadPhoto', 'viewPhoto', 'viewNewPhoto'],
        source: 'book: Backblaze B2 keeps uploads; S3 interface, names and number of photos assumed',
      },
      'edge-dallas': {
        place: 'pop:dallas',
        role: 'edge',
        ports: [443],
        settings: { retry: true, cacheRulePaths: '' },
        source: 'book: Cloudflare, Flexible SSL',
      },
      'edge-chicago': {
        place: 'pop:chicago',
        role: 'edge',
        ports: [443],
        settings: { retry: true },
        source: 'as edge-dallas: each POP serves each site',
      },
      ...adminPanel.externals,
      ...nameServers.externals,
    },
    anycast: {
      cloudflare: {
        host: 'api.myhoneydue.com',
        port: 443,
        pops: ['pop:dallas', 'pop:chicago'],
        source: 'Cloudflare: each of its addresses is announced from every POP',
      },
    },
    ingress: { 'api.myhoneydue.com': { service: 'api' }, ...site.ingress, ...adminPanel.ingress },
    routing: 'service',
    journeys: {
      listTasks: { title: 'lists', oracle: 'tasks-of-user' },
      createTask: { title: 'new tasks', oracle: 'created-task', writes: true, enqueues: true },
      uploadPhoto: { title: 'uploads', oracle: 'stored-photo', writes: true },
      viewPhoto: { title: 'photos', oracle: 'photo-asked-for' },
      viewNewPhoto: { title: 'uncached photos', oracle: 'photo-asked-for' },
      ...pastTheEdge.journeys,
      ...site.journeys,
      ...adminPanel.journeys,
    },
    users: {
      place: 'user:austin',
      population: 61,
      patienceMs: 10_000,
      source:
        'assumed: 61 phones (prime, so that no rhythm of the load falls on the same few); ten seconds is where people give up waiting',
    },
  },
  'topology/honeydue.ts',
);
