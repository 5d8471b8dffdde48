/**
 * The cluster as data: its shape, and the schema that checks it. References between entries (does the Service's workload
 * exist?) are checked by `rules.ts`; `load.ts` gathers all faults of both at once.
 */
import { z } from 'zod';
import { TIMERS } from './timers.ts';

/** Where something stands: a user's town, a POP of the edge, a node of the cluster, or somebody else's site. */
export type Place = `user:${string}` | `pop:${string}` | `node:${string}` | `external:${string}`;
export const PLACE_KINDS = ['user', 'pop', 'node', 'external'] as const;
/** Of topologies, and of what faults and operations are aimed at; `shape.ts` says which is the nearest. */
export const place = z.custom<Place>(
  (value) => typeof value === 'string' && /^(user|pop|node|external):[a-z0-9-]+$/.test(value),
  {
    error: 'must be a place: user:NAME, pop:NAME, node:NAME or external:NAME',
    params: { is: 'place' },
  },
);
const milliseconds = z.number().nonnegative();
/** Of what is done again and again: without a pause virtual time would stand still. Kubernetes takes whole seconds from one. */
const period = z.number().min(1);
/** Where a number comes from; P5: no number without one. */
const source = z.string().min(3);

const latency = z.strictObject({
  rttMs: milliseconds,
  jitterMs: milliseconds.default(0),
  distribution: z.enum(['uniform', 'lognormal']).default('uniform'),
  source,
});

const placeEntry = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  address: z.string().optional(),
  /** Journeys that lead there; a play that has none of them is played without it. Absent: any may. */
  journeys: z.array(z.string()).optional(),
  source,
});

const link = z.strictObject({
  /** Two places, or kinds of place (`node` means every node). Symmetric. */
  between: z.tuple([z.string(), z.string()]),
  profiles: z.record(z.string(), latency),
  /** Journeys that go this way; a play that has none of them is played without it. Absent: any may. */
  journeys: z.array(z.string()).optional(),
});

const probe = z.strictObject({
  ask: z.enum(['http', 'connect', 'ping']),
  path: z.string().optional(),
  port: z.number().int(),
  periodMs: period.default(10_000),
  timeoutMs: period.default(1_000),
  failureThreshold: z.number().int().positive().default(3),
  initialDelayMs: milliseconds.default(0),
  source,
});

/** Settings of a program; each role reads its own. Values are plain data. */
const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({});
export type ContainerSettings = z.infer<typeof settings>;

const port = z.number().int().min(1).max(65_535);

const workload = z.strictObject({
  role: z.string(),
  kind: z.enum(['deployment', 'daemonset']).default('deployment'),
  replicas: z.number().int().nonnegative().default(1),
  /** `spread` puts pods on the least used node; a node's name pins them. */
  placement: z.union([z.literal('spread'), place]).default('spread'),
  ports: z.array(port).default([]),
  /** Listens on its node's own address, as an ingress on ports 80 and 443 does. */
  hostNetwork: z.boolean().default(false),
  memoryLimitBytes: z.number().int().positive().optional(),
  /** How a new revision replaces the old one. */
  rollout: z
    .strictObject({
      maxSurgePercent: z.number().min(0).max(100).default(25),
      maxUnavailablePercent: z.number().min(0).max(100).default(25),
      minReadyMs: milliseconds.default(0),
      progressDeadlineMs: milliseconds.default(600_000),
      source: source.default('Kubernetes defaults of a Deployment, pkg/apis/apps/v1/defaults.go'),
    })
    .prefault({}),
  graceMs: milliseconds.default(30_000),
  preStopMs: milliseconds.default(0),
  probes: z
    .strictObject({ startup: probe.optional(), readiness: probe.optional(), liveness: probe.optional() })
    .default({}),
  settings,
  /** Journeys that need it; a play that has none of them is played without it, its Service and its host. Absent: every journey does. */
  journeys: z.array(z.string()).optional(),
  source,
});

const service = z.strictObject({
  workload: z.string(),
  port,
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  clusterIp: z.ipv4(),
  source,
});

/** A program outside of the cluster that the cluster or its users reach by name. */
const external = z.strictObject({
  place,
  role: z.string(),
  host: z.string().optional(),
  ports: z.array(port),
  settings,
  /** Journeys that need it; a play that has none of them is played without it. Absent: every journey does. */
  journeys: z.array(z.string()).optional(),
  /** It stands ready and serves nobody: it is there only in plays in which users are led to it. */
  spare: z.literal(true).optional(),
  source,
});

/** A public address that several POPs announce. Users' routes lead to the first of them that stands. */
const anycast = z.strictObject({
  /** The public name that stands for it. */
  host: z.string(),
  port,
  /** By how near the users' routes take them to be, the nearest first. */
  pops: z.array(place).min(1),
  source,
});

const journey = z.strictObject({
  title: z.string(),
  /** What a right answer holds: every task this user was acknowledged and none of another's; the task or the photo just sent; the photo or the file of the site that was asked for. */
  oracle: z.enum(['status', 'tasks-of-user', 'created-task', 'stored-photo', 'photo-asked-for', 'file-asked-for']),
  writes: z.boolean().default(false),
  enqueues: z.boolean().default(false),
});

/** Idle timers that a cluster may have otherwise, milliseconds; the control plane and the scenarios wait by them. */
const timers = z
  .strictObject({
    'node.lease': period.default(TIMERS['node.lease'].ms),
    'node.monitor': period.default(TIMERS['node.monitor'].ms),
    'node.grace': milliseconds.default(TIMERS['node.grace'].ms),
    'node.eviction': milliseconds.default(TIMERS['node.eviction'].ms),
    'dns.cache': milliseconds.default(TIMERS['dns.cache'].ms),
    'neon.scale-to-zero': milliseconds.default(TIMERS['neon.scale-to-zero'].ms),
    source: source.default('topology/timers.ts, beside each'),
  })
  .prefault({});

export const topologySchema = z.strictObject({
  /** What runs and expectations are kept under; behind `--set` its changes stand in it too, so that neither is mixed up with the file's. */
  id: z.string().regex(/^[a-z0-9-]+(?: with .+)?$/),
  title: z.string(),
  /** The Markdown document whose statements are judged, relative to the topology file. */
  document: z.string().optional(),
  places: z.record(z.string(), placeEntry),
  server: place,
  links: z.record(z.string(), link),
  defaultProfile: z.string(),
  workloads: z.record(z.string(), workload),
  services: z.record(z.string(), service),
  externals: z.record(z.string(), external),
  anycast: z.record(z.string(), anycast).default({}),
  /** Public host name → Service. */
  ingress: z.record(z.string(), z.strictObject({ service: z.string() })),
  /** How the ingress reaches a Service: by name and ClusterIP (the book), or by pod addresses (Traefik's default). */
  routing: z.enum(['service', 'endpoints']),
  journeys: z.record(z.string(), journey),
  timers,
  users: z.strictObject({
    place,
    /** How many there are at least; more where each would otherwise be back within three seconds (`sim/traffic/plan.ts`). */
    population: z.number().int().positive(),
    /** Right answers that come later than this are no use to a user. */
    patienceMs: milliseconds,
    /** How long a phone waits for an answer before it gives up. */
    requestTimeoutMs: milliseconds.default(TIMERS['phone.request'].ms),
    /** How long a phone keeps a connection that nobody uses. */
    keepAliveMs: milliseconds.default(TIMERS['phone.idle'].ms),
    source,
  }),
});

export type Topology = z.infer<typeof topologySchema>;
export type TopologyInput = z.input<typeof topologySchema>;
export type Workload = Topology['workloads'][string];
export type External = Topology['externals'][string];
export type Latency = z.infer<typeof latency>;
export type Probe = z.infer<typeof probe>;
export type Journey = Topology['journeys'][string];
