/**
 * All that the one brain (control plane, faults, scenarios) may ask of a runtime. No `node:*`, no Docker, and no promise
 * per request. The three runtimes `model`, `embedded` and `docker` implement it; what one cannot do it says in `lacks`.
 *
 *   brain ──▶ Stage ─┬─ clock     the only place where tempo exists
 *                    ├─ network   addresses as seen from somewhere, conditions on wires
 *                    ├─ names, routes   tables the data plane follows; the brain says when they change
 *                    ├─ sandbox   a pod's address and its containers
 *                    ├─ prober    one question from one place (kubelet's probes, every proof of fault)
 *                    ├─ traffic   users' requests, open-loop
 *                    └─ readback  what is left in Postgres and in the worker's record when the traffic has ended
 */
import type { ContainerSettings, Place, Topology } from '../../topology/schema.ts';
import type { TimerName } from '../../topology/timers.ts';
import type { Journal } from '../journal.ts';
import type { Clause, Doors } from './outside.ts';

export type { Doors };

/** A documented duration (probe period, eviction, client deadline), in milliseconds of cluster time. */
export type ClusterMs = number;
/** A measured one (latency, service time, start of a process), in milliseconds. */
export type WireMs = number;
export type { Place };

// ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────
export interface Clock {
  /** Milliseconds since the stage opened. Never multiplied: a second of user time is a second. */
  nowMs(): ClusterMs;
  /** User time: what a request can wait in or race with; never shortened. `ms` overrides the timer's own value. */
  sleep(timer: TimerName, ms?: ClusterMs, signal?: AbortSignal): Promise<void>;
  /** Idle time: shortened by the tempo, as far as the scenario's timer order allows. */
  idle(timer: TimerName, ms?: ClusterMs, signal?: AbortSignal): Promise<void>;
  /** How long an idle wait of `ms` will take on this clock; reports tell it beside the documented value. */
  shortenedMs(timer: TimerName, ms?: ClusterMs): ClusterMs;
}

// ── where things are ────────────────────────────────────────────────────────────────────────────────────────────────
export type PodId = string;
export type Target =
  | { readonly pod: PodId; readonly port: number }
  | { readonly service: string; readonly port: number }
  | { readonly place: Place; readonly port: number }
  /** A shared address: whoever dials it reaches the place that routes lead to. */
  | { readonly anycast: string; readonly port: number };
/** Meaningful only to who stands at `seenFrom`; never stored in a journal, never compared. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly seenFrom: Place;
}

// ── bytes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
export type Condition =
  | {
      readonly kind: 'delay';
      readonly rttMs: WireMs;
      readonly jitterMs: WireMs;
      readonly distribution: 'uniform' | 'lognormal';
    }
  /** connect: RST at once (udp: port unreachable); open connections live on */
  | { readonly kind: 'refuse' }
  /** connect: no answer; open connections: bytes wait, no FIN, no RST */
  | { readonly kind: 'drop' }
  /** connect succeeds; nothing passes after that */
  | { readonly kind: 'hang' }
  /** open connections get RST now; new ones are untouched */
  | { readonly kind: 'reset' }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };
/** Like a firewall rule: matches wires that exist and wires still to come. An absent field matches all. */
export interface Selector {
  readonly from?: Place;
  readonly to?: Place | PodId;
  readonly port?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly connections?: 'new' | 'open';
}
export interface Network {
  /** Where to dial `target` when standing at `seenFrom`; lays the wire if there is none. */
  addressOf(target: Target, seenFrom: Place): Promise<Address>;
  /** In force when the promise settles; disposing heals. @throws SimError `SIM_NOT_MODELLED` */
  impose(where: Selector, what: Condition): Promise<AsyncDisposable>;
  /** One control-plane message (a lease, an endpoint update): late by its path's latency, never when the path is cut. */
  message(from: Place, to: Place, signal?: AbortSignal): Promise<void>;
}

// ── tables the data plane follows; who may change them is the brain's business ──────────────────────────────────────
export interface NameRecord {
  readonly targets: readonly Target[];
  readonly ttlMs: ClusterMs;
}
export interface Names {
  publish(zone: 'cluster' | 'public', name: string, record: NameRecord | 'absent'): Promise<void>;
}
export interface Routes {
  kubeProxy(node: Place, services: ReadonlyMap<string, readonly Target[]>): Promise<void>;
  ingress(pod: PodId, hosts: ReadonlyMap<string, readonly Target[]>): Promise<void>;
  /** Whoever dials this shared address from now on reaches `place`; who sends on what is open through another gets RST. @throws SimError `SIM_NOT_MODELLED` */
  anycast(address: string, place: Place): Promise<void>;
}

// ── programs ────────────────────────────────────────────────────────────────────────────────────────────────────────
/** A pod's address and namespaces. Its containers come and go; the address stays until the sandbox is disposed. */
export interface Sandbox extends AsyncDisposable {
  readonly pod: PodId;
  readonly node: Place;
  run(container: ContainerSpec): Promise<Container>;
}
export interface ContainerSpec {
  readonly role: string;
  readonly ports: readonly number[];
  readonly settings: ContainerSettings;
  readonly memoryLimitBytes?: number;
}
export interface Exit {
  readonly code: number;
  readonly reason: 'Completed' | 'Error' | 'OOMKilled';
}
/** How a program takes memory that it keeps, bytes: in one go, within a second, and with every request it serves. */
export interface Growth {
  readonly bytes?: number;
  readonly perRequestBytes?: number;
}
export interface Container {
  readonly exited: Promise<Exit>;
  signal(name: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops the program where it stands; the kernel still accepts. Disposing resumes; what was queued then runs. */
  pause(): Promise<AsyncDisposable>;
  /** Makes the program take memory as a leak does. Disposing ends that; what it holds it keeps. @throws SimError `SIM_NOT_MODELLED` for a program that is not ours */
  grow(growth: Growth): Promise<AsyncDisposable>;
  /** Makes a service answer every request with an error of its own, as a busy one does. Disposing ends that. @throws SimError `SIM_NOT_MODELLED` for one that can not */
  answerWith(error: string): Promise<AsyncDisposable>;
  /** Ends every session with a database as its host's administrator does; who logs in next waits `wakeMs`. Disposing wakes it. @throws SimError `SIM_NOT_MODELLED` for a program that is none */
  suspend(wakeMs: WireMs): Promise<AsyncDisposable>;
  logTail(lines: number): Promise<readonly string[]>;
  /** In words, for a person whose program is not reached: where it should listen, and where it does. */
  whereabouts?(): Promise<string>;
}

// ── one question from one place ─────────────────────────────────────────────────────────────────────────────────────
export type Question =
  | { readonly ask: 'connect' }
  /** Over TLS where `tls` says so; whoever answers, its certificate is not looked at. */
  | { readonly ask: 'http'; readonly host: string; readonly path: string; readonly tls?: true }
  | { readonly ask: 'name'; readonly name: string }
  | { readonly ask: 'ping' }
  /** How long a list of Redis is; the answer's detail is the number. */
  | { readonly ask: 'length'; readonly list: string }
  | { readonly ask: 'sql'; readonly text: string };
export type Saw =
  | 'answer'
  | 'refused'
  | 'no-route'
  | 'connect-silent'
  | 'reply-silent'
  | 'reset'
  | 'no-such-name'
  | 'servfail'
  /** A database answered that it cannot do this. */
  | 'sql-error';
export interface Answer {
  readonly saw: Saw;
  readonly status?: number;
  readonly detail: string;
  readonly tookMs: WireMs;
}
/** A connection that stays open between questions: how a proof sees what happens to open connections. */
export interface Conversation extends AsyncDisposable {
  ask(question: Question, patienceMs: ClusterMs): Promise<Answer>;
}
export interface Prober {
  ask(from: Place, target: Target, question: Question, patienceMs: ClusterMs): Promise<Answer>;
  /** `sql`: a session with a database. */
  converse(from: Place, target: Target, protocol: 'tcp' | 'udp' | 'sql'): Promise<Conversation>;
}

// ── users ───────────────────────────────────────────────────────────────────────────────────────────────────────────
export interface PlannedRequest {
  readonly requestId: string;
  /** The instant it is due, since the start of the drive; latency counts from here. */
  readonly atMs: ClusterMs;
  readonly journey: string;
  readonly user: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface LoadPlan {
  readonly seed: number;
  readonly requests: Iterable<PlannedRequest>;
}
export interface Hop {
  readonly part: string;
  readonly instance: string;
  readonly tookMs: WireMs;
  /** Round trips it made for this request towards what it calls, counted; absent where nobody counted. */
  readonly trips?: number;
  /** How many of them only opened a connection (TCP, TLS, log-in): none on a warm one. */
  readonly handshakes?: number;
  /** DNS questions it asked for this request. */
  readonly questions?: number;
}
/** Raw sightings; what they mean is computed from them by `behaviour/attribution.ts`, so an old journal can be judged by a better function. */
export interface Evidence {
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHead: string;
}
export interface Outcome {
  readonly requestId: string;
  readonly journey: string;
  readonly user: number;
  readonly atMs: ClusterMs;
  /** `fail`: certainly not done; `unknown`: may be done. A 200 is `ok` only when its body is right for that user. */
  readonly end: 'ok' | 'fail' | 'unknown';
  readonly status?: number;
  readonly error?: Saw | 'client-timeout' | 'wrong-body';
  readonly detail?: string;
  readonly tookMs: WireMs;
  readonly hops: readonly Hop[];
  readonly evidence: Evidence;
}
export interface DriveReport {
  readonly scheduled: number;
  readonly sent: number;
  readonly dropped: number;
  readonly lagP99Ms: WireMs;
}
export interface Drive extends AsyncDisposable {
  /** No further arrival starts; what is under way ends by itself (the phone's own time-out bounds it). */
  stop(): void;
  readonly done: Promise<DriveReport>;
}
export interface Traffic {
  drive(plan: LoadPlan, sink: (outcome: Outcome) => void): Promise<Drive>;
  /** From now on users ask the name servers at this place; an answer that they have lives out its TTL all the same. */
  askNamesAt(place: Place): Promise<void>;
}

/** What is left when the traffic has ended; asked once and journalled, so that checkers stay pure. Request id → times found. */
export interface Readback {
  writes(): Promise<ReadonlyMap<string, number>>;
  jobs(): Promise<ReadonlyMap<string, number>>;
}

// ── the whole ───────────────────────────────────────────────────────────────────────────────────────────────────────
type Skill = 'udp' | 'pause' | 'oom' | 'sql' | 'pooler' | 'object-store' | 'anycast' | 'servfail' | 'by-hand';
export type Capability = Condition['kind'] | Skill;
/** A program that takes part, and whether it is the real one; told in every report. */
export interface PartIdentity {
  readonly role: string;
  readonly kind: 'real' | 'stand-in' | 'from-documents' | 'reference-app' | 'own-app' | 'arithmetic';
  readonly version: string;
}
export interface Stage extends AsyncDisposable {
  readonly clock: Clock;
  readonly network: Network;
  readonly names: Names;
  readonly routes: Routes;
  readonly prober: Prober;
  readonly traffic: Traffic;
  readonly readback: Readback;
  readonly parts: readonly PartIdentity[];
  /** A real container runtime starts containers and takes its time; absent: programs start, and the kubelet waits for as long. */
  readonly startsContainers?: true;
  /** Absent where no program outside of the twin could reach it. */
  readonly doors?: Doors;
  /** Holds the user's own api in this pod against its contract; absent where ours answers. @param asked  one request of each journey */
  readonly examine?: (pod: PodId, asked: readonly PlannedRequest[]) => Promise<readonly Clause[]>;
  /** `hostNetwork`: the pod listens on its place's own address and has none of its own. */
  sandbox(pod: PodId, node: Place, hostNetwork: boolean): Promise<Sandbox>;
  /** Model: turns the event queue until `whole` settles; live: awaits it. */
  play<T>(whole: Promise<T>): Promise<T>;
}
export interface StageOptions {
  readonly seed: number;
  readonly tempo: number;
  readonly profile: string;
  readonly journal: Journal;
  readonly tokenSecret: string; // with which users' tokens are signed; random in each run
  readonly gentle?: boolean; // other twins play beside it: it comes up as gently as it can; default false
  /** Timers whose order the outcome hangs on, from the scenario. */
  readonly order: readonly (readonly [shorter: TimerName, longer: TimerName])[];
}
export interface Runtime {
  readonly name: 'model' | 'embedded' | 'docker';
  /** The reason why this runtime cannot do it, for `SIM_NOT_MODELLED`; undefined when it can. */
  lacks(capability: Capability): string | undefined;
  open(topology: Topology, options: StageOptions): Promise<Stage>;
}
