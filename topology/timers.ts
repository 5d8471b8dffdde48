/**
 * Every timer of the cluster: value, owner, source, and which kind of time it is.
 *
 * `user` time is never shortened: a request can wait in it or race with it. `idle` time is divided by the tempo: the
 * cluster merely waits. Foreign programs' and the kernel's own timers are user time. Values in milliseconds.
 */
export interface Timer {
  readonly ms: number;
  readonly kind: 'user' | 'idle';
  readonly owner: string;
  readonly source: string;
}

const user = (ms: number, owner: string, source: string): Timer => ({ ms, kind: 'user', owner, source });
const idle = (ms: number, owner: string, source: string): Timer => ({ ms, kind: 'idle', owner, source });

export const TIMERS = {
  'phone.request': user(60_000, 'phone', "URLSession's timeoutIntervalForRequest, iOS default"),
  'phone.dns': user(5_000, 'phone', 'one try of a stub resolver; assumed'),
  'phone.idle': user(400_000, 'phone', "Cloudflare's client keep-alive, connection limits page, Jul 2026"),
  'edge.connect': user(19_000, 'edge', 'Cloudflare connection limits: no SYN+ACK within 19 s gives 522'),
  'edge.ack': user(90_000, 'edge', 'Cloudflare connection limits: request not acknowledged within 90 s gives 522'),
  'edge.read': user(120_000, 'edge', 'Cloudflare proxy read time-out, gives 524'),
  'edge.idle': user(900_000, 'edge', 'Cloudflare proxy idle time-out towards the origin'),
  'anycast.check': user(500, 'anycast routing', 'chosen: how often a POP is looked at; short beside what follows'),
  'anycast.converge': user(
    5_000,
    'anycast routing',
    'Cloudflare, error 502 and 504: traffic moves within "a few seconds"; a withdrawal on the Internet takes seconds to minutes, 5 s assumed',
  ),
  'ingress.dial': user(30_000, 'ingress', 'Traefik ServersTransport dialTimeout'),
  'ingress.idle': user(90_000, 'ingress', 'Traefik ServersTransport idleConnTimeout'),
  'ingress.drain': user(10_000, 'ingress', 'Traefik entry point graceTimeOut'),
  'ingress.throttle': user(2_000, 'ingress', 'Traefik providersThrottleDuration'),
  'dns.try': user(5_000, 'resolver client', 'Go net, src/net/dnsconfig_unix.go: 5 s a try'),
  'dns.public': idle(300_000, 'phone', 'Cloudflare: the TTL of a record that it proxies ("Auto") is 300 s'),
  'dns.delegation': idle(
    172_800_000,
    'resolver',
    'the registry of .com and .net gives its NS records two days: whoever asked before goes on asking the old name servers',
  ),
  'dns.cache': idle(30_000, 'resolver', 'k3s Corefile: cache 30, the most that an answer or a denial is kept'),
  'dns.cache-least': idle(5_000, 'resolver', 'CoreDNS cache plugin: the least that an answer or a denial is kept'),
  'dns.cache-failure': idle(5_000, 'resolver', 'CoreDNS cache plugin: a SERVFAIL is kept for 5 s'),
  'dns.forward': user(2_000, 'resolver', 'CoreDNS forward plugin read time-out'),
  'redis.dial': user(5_000, 'redis client', 'go-redis options.go DialTimeout'),
  'redis.read': user(3_000, 'redis client', 'go-redis 9.14 options.go ReadTimeout (5 s from 9.22)'),
  'redis.pool': user(4_000, 'redis client', 'go-redis options.go PoolTimeout: ReadTimeout + 1 s'),
  'sql.ping-after-idle': user(1_000, 'sql client', 'pgx stdlib ResetSession: ping when idle longer than 1 s'),
  's3.dial': user(30_000, 's3 client', 'aws-sdk-go-v2 transport/http: DefaultDialConnectTimeout'),
  's3.handshake': user(10_000, 's3 client', 'aws-sdk-go-v2 transport/http: DefaultHTTPTransportTLSHandshakeTimeout'),
  's3.idle': user(90_000, 's3 client', 'aws-sdk-go-v2 transport/http: DefaultHTTPTransportIdleConnTimeout'),
  'queue.poll': user(1_000, 'worker', 'asynq TaskCheckInterval; an empty queue sleeps 0.5 to 1.5 of it'),
  'queue.lease': idle(
    30_000,
    'worker',
    'asynq lease: who took a task has it for so long, and longer with each heartbeat',
  ),
  'queue.heartbeat': idle(5_000, 'worker', 'asynq heartbeat.go: leases of tasks in hand are extended every 5 s'),
  'queue.recover': idle(60_000, 'worker', 'asynq recoverer.go: looks for ended leases at its start and every minute'),
  'queue.expired': idle(30_000, 'worker', 'asynq recoverer.go: a lease that ended 30 s ago was left by somebody gone'),
  'queue.forward': idle(5_000, 'worker', 'asynq forwarder.go: what is due goes back to the queue every 5 s'),
  'queue.sync': idle(5_000, 'worker', 'asynq syncer.go: what Redis did not hear is told again every 5 s'),
  'queue.recovery': idle(
    180_000,
    'worker',
    'sum: lease 30 s, expired 30 s, recoverer 60 s, first retry 15 to 44 s, forwarder 5 s, poll 1.5 s; and a margin of 9.5 s',
  ),
  'queue.shutdown': user(8_000, 'worker', 'asynq ShutdownTimeout: then what is in hand is given back'),
  'probe.period': user(10_000, 'kubelet', 'Kubernetes probe default periodSeconds'),
  'probe.timeout': user(1_000, 'kubelet', 'Kubernetes probe default timeoutSeconds'),
  'probe.eager': user(
    10,
    'kubelet',
    'the readiness probe may run more often until a container is Ready (Kubernetes probe docs); pace chosen',
  ),
  'kubelet.relist': user(1_000, 'kubelet', 'PLEG relist period; an exit is seen within it'),
  'kubelet.start': user(1_000, 'kubelet', 'assumed: CRI and runc before a program runs, image present'),
  'kubelet.grace': user(30_000, 'kubelet', 'Kubernetes terminationGracePeriodSeconds default'),
  'kubelet.teardown': user(
    500,
    'kubelet',
    'assumed: CRI stops and removes a sandbox after its last container; until then its address refuses',
  ),
  'kubelet.back-off': user(10_000, 'kubelet', 'Kubernetes pod lifecycle: first back-off 10 s'),
  'kubelet.back-off-reset': user(600_000, 'kubelet', 'Kubernetes pod lifecycle: reset when a container ran for 10 min'),
  'kubelet.long-back-off': idle(
    300_000,
    'kubelet',
    'Kubernetes pod lifecycle: back-off doubles from 20 s to a cap of 300 s',
  ),
  'endpoints.propagation': user(
    200,
    'endpoint slice controller',
    'assumed: watch, sync and rule write on a quiet three-node cluster, before any throttle',
  ),
  'neighbour.forgotten': user(
    38_000,
    'kernel',
    'Linux ip-sysctl: an address that answered is believed for 30 s (15 to 45, drawn), then 5 s of delay and three questions of 1 s; measured on Linux 6.18: 37 to 40 s',
  ),
  'neighbour.unknown': user(
    3_000,
    'kernel',
    'Linux ip-sysctl: three questions of 1 s for an address that nobody has, then "no route to host"',
  ),
  'deployment.min-ready': user(0, 'deployment controller', 'Kubernetes minReadySeconds default 0'),
  'deployment.progress-deadline': idle(
    600_000,
    'deployment controller',
    'Kubernetes progressDeadlineSeconds default; past it ProgressDeadlineExceeded is told, and nothing is rolled back',
  ),
  'kube-proxy.min-sync': user(1_000, 'kube-proxy', 'Kubernetes kube-proxy minSyncPeriod 1 s; two at once are allowed'),
  'node.lease': idle(10_000, 'kubelet', 'Kubernetes nodes: lease renewed every 10 s'),
  'node.monitor': idle(5_000, 'node lifecycle', 'Kubernetes node-monitor-period'),
  'node.grace': idle(50_000, 'node lifecycle', 'Kubernetes 1.32 node-monitor-grace-period; 40 s up to 1.31'),
  'node.eviction': idle(300_000, 'node lifecycle', 'Kubernetes default tolerationSeconds'),
  'pooler.query-wait': user(
    120_000,
    'Neon',
    'PgBouncer query_wait_timeout default; Neon names no other for its pooler',
  ),
  'neon.scale-to-zero': idle(300_000, 'Neon', 'Neon docs: suspend after 5 minutes idle'),
  'neon.wake': user(
    500,
    'Neon',
    'Neon docs, connection latency: a start from zero takes a few hundred milliseconds; half a second assumed',
  ),
  'scenario.step': user(0, 'scenario', 'the step says how long'),
  'proof.patience': user(3_000, 'proof of fault', 'chosen: longer than any healthy answer, shorter than a step'),
} as const satisfies Record<string, Timer>;

export type TimerName = keyof typeof TIMERS;
/** The timer by name, with the type every timer has. */
export const timer = (name: TimerName): Timer => TIMERS[name];
