/**
 * The words that documents use for parts and for ways of failing: data, no rule. A topology adds its own names
 * (`concepts.ts`), and a scenario those of its layer. Phrases go before the words in them.
 */
import type { WayPart } from '../../topology/legs.ts';
import { WHERE_SAID } from './languages.ts';

const list = (text: string): readonly string[] => text.split(/,\s*/);

export interface PartWords {
  /** The role of a workload or external that a topology needs for it; absent: every cluster has it. */
  readonly role?: string;
  readonly names: readonly string[];
  /** Words that may mean this part and others as well: alone they are not enough to play. */
  readonly maybe?: readonly string[];
}
export const PARTS: Readonly<Record<string, PartWords>> = {
  edge: {
    role: 'edge',
    names: list('cloudflare, cloudflare edge, cf, cf edge, cdn, edge, pop, edge pop, point of presence'),
  },
  'public-dns': {
    names: list(`cloudflare dns, public dns, authoritative dns, external dns, dns provider,
    public name server, dns zone, domain name`),
    maybe: ['dns', 'name server', 'name resolution'],
  },
  coredns: {
    role: 'resolver',
    names: list('coredns, core dns, kube dns, cluster dns, in cluster dns, internal dns'),
    maybe: list('dns, name server, name resolution, service discovery'),
  },
  'node-network': {
    names: list('nic, network card, network interface, node network, uplink, ethernet'),
    maybe: ['network', 'networking'],
  },
  node: { names: list('node, server, host, machine, vm, worker node, instance, droplet, box') },
  firewall: { names: list('ufw, firewall, host firewall, firewall rule, iptables, nftables, security group') },
  ingress: {
    role: 'ingress',
    names: list('traefik, ingress, ingress controller, reverse proxy'),
    maybe: ['load balancer', 'proxy', 'gateway'],
  },
  'kube-proxy': { names: list('kube proxy, kubeproxy, ipvs, service routing') },
  overlay: {
    names: list('flannel, vxlan, 8472, overlay, overlay network, cni, pod network, cross node network'),
  },
  api: { role: 'api', names: list('api, backend, application, app, application server') },
  postgres: {
    role: 'postgres',
    names: list('postgres, postgresql, pg, database, db, rdbms'),
    maybe: list(`rds, aurora, cloud sql, connection pool, db pool, database pool, db connection pool,
    database connection pool, postgres connection pool`),
  },
  redis: { role: 'redis', names: list('redis, valkey, cache, cache server'), maybe: ['queue', 'job queue'] },
  'object-store': {
    role: 'object-store',
    names: list('b2, backblaze, backblaze b2, object storage, object store, bucket, s3, blob storage'),
  },
  worker: { role: 'worker', names: list('worker, background worker, job worker, job processor, asynq, wrk') },
  admin: { role: 'admin', names: list('admin, adm, admin panel, admin site, back office') },
  'control-plane': {
    names: list(`control plane, api server, kube apiserver, kubernetes api, k8s api, etcd, scheduler,
    k3s server`),
  },
  kubelet: { names: ['kubelet'] },
  certificate: { names: list('certificate, cert, tls certificate, tls cert') },
  disk: { names: list('disk, volume, filesystem, file system, pvc, storage') },
  migration: {
    names:
      list(`migration, migrate job, migration job, db migration, database migration, schema migration, postgres migration,
    sql migration`),
  },
  registry: { names: ['registry', 'image registry', 'container registry'] },
};

/** Products that are not what our parts are; the role is that of the part whose place they take in other clusters. */
export const OTHER_PRODUCTS: Readonly<Record<string, readonly string[]>> = {
  postgres: list(`mysql, mariadb, mongodb, mongo, cassandra, dynamodb, cockroachdb, oracle, sqlite, mssql,
    clickhouse`),
  redis: ['memcached', 'hazelcast'],
  ingress: list('nginx, haproxy, envoy, istio, caddy, kong, apache, alb, elb'),
  edge: ['fastly', 'akamai', 'cloudfront'],
  overlay: ['calico', 'cilium', 'weave'],
  'object-store': ['minio', 'gcs', 'ceph'],
  worker: ['celery', 'sidekiq', 'resque'],
  '': list(`kafka, rabbitmq, nats, sqs, pulsar, activemq, elasticsearch, opensearch, solr, vault, consul,
    zookeeper, keycloak, auth0, okta, stripe, paypal, sendgrid, mailgun, twilio, firebase,
    prometheus, grafana, loki, jenkins, argocd, smtp, ldap`),
};

/** Ways of failing. `down` says only that it fails, whichever way. */
export const WAYS_OF_FAILING: Readonly<Record<string, readonly string[]>> = {
  down: list(`down, dead, die, dying, gone, lost, loss, lose, unavailable, not available, outage, offline,
    fail, failing, failed, failure, killed, kill, stop, stopped,
    unreachable, not reachable, broken, break, disappear, vanish, terminated, termination, shot, evicted, no route,
    cut, cut off, partition, partitioned, disconnected, goes away, shut down, missing,
    not running, error, died, went away, went down, broke, fell over`),
  crash: list('crash, crashed, crashing'),
  hang: list(`hang, hung, hanging, frozen, freeze, freezing, froze, stuck, wedged, deadlocked, locked up, locks up, stopped responding,
    stop responding, stops responding, unresponsive, not responding, does not respond,
    no response, stops answering, stop answering, stopped answering, not answer, never answers,
    never responds, never replies, silent, stall, stalled, time out, timing out, timeout`),
  slow: list(`slow, slower, slowness, sluggish, latency, degraded, degradation, lag, lagging, overloaded, high load,
    throttled`),
  oom: list(`oom, oomkilled, oom killed, oom kill, out of memory, memory leak, memory limit,
    memory exhausted, memory exhaustion`),
  rollout: list(`rolling update, rolling deploy, rolling restart, rollout, deploy, deployment, deployed,
    redeploy, release, upgrade, new version, ship, shipped`),
  blocked: list('block, blocked, blocking, misconfig, misconfigured, misconfiguration, closed, close'),
  drop: list('deny, denies, denied, denying, drop, dropped, dropping, swallow, blackholed'),
  reject: list('reject, rejected, rejecting'),
  refuse: list('refuse, refuses, refused, refusing, econnrefused'),
  emptied:
    list(`flushall, flushdb, flushed, wiped, emptied, empty, loses its data, lost its data, loses all data, lost all data,
    loses its contents`),
  full: list('full, exhausted, exhaustion, quota, no space, running out'),
  expired: ['expired', 'expire', 'expiry'],
  restart: list('restart, restarted, reboot, rebooted'),
};
/** What is done on purpose is no failure by itself. */
export const ON_PURPOSE: readonly string[] = ['rollout', 'restart'];
/** What a firewall does: said in brackets of another part it is why that fails. */
export const OF_FIREWALLS: readonly string[] = ['drop', 'reject'];
/** Ways that say more than `down` does: beside them it adds nothing. */
export const SAYS_MORE_THAN_DOWN: readonly string[] = list(
  'crash, hang, slow, oom, blocked, drop, reject, refuse, emptied, full, expired',
);

/** How much of the cluster a row is about. */
export const SCOPES: Readonly<Record<string, readonly string[]>> = {
  // Of all that an edge has, one is down.
  one: list('one, single, 1, only, pop, edge pop, point of presence, location'),
  all: list('all, every, both, entire, whole, any, everywhere'),
};

/** Words after which a row says where, not what: "down on one node". */
export const WHERE_WORDS = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:on|in|at|between|from|across|behind|during|after|while|for|per|${WHERE_SAID})(?![\p{L}\p{N}])`,
  'u',
);
/** Words that name neither a part nor a way of failing. */
export const FILLERS: readonly string[] =
  list(`a, an, the, is, are, be, to, of, by, and, or, its, it, with, when, if, goes, go, going,
    becomes, primary node, master node, replica node, cache node, pod, container, process, service, cluster, layer, completely, fully, suddenly,
    connection`);

/** What people call the ends of a way whose latency they write down, whatever the topology calls them. */
export const WAY_WORDS: Readonly<Record<WayPart, readonly string[]>> = {
  phone:
    list(`user, users, client, clients, phone, phones, browser, mobile, nutzer, anwender, kunde, kunden, usuario, usuarios,
    utilisateur, utilisateurs`),
  edge: list('edge, cf, cloudflare, cdn, pop'),
  ingress: list('ingress, origin, node, nodes, server, knoten, nodo, nodos'),
  api: ['api', 'backend'],
  postgres: list('postgres, postgresql, database, db, datenbank'),
  redis: ['redis', 'cache'],
};

/** What users do, by the words documents use; a journey of the topology is meant when its id or title holds one of them. */
export const ACTIVITIES: Readonly<Record<string, readonly string[]>> = {
  reads: list('read, reads, list, lists, listing, browsing, queries'),
  writes: list('write, writes, create, creates, creating, save, saves, saving, updates, inserts'),
  login: list('login, logins, log in, sign in, sign-in, authentication'),
  signup: list('signup, sign up, sign-up, registration'),
  checkout: list('checkout, checkouts, purchase, purchases, payment, payments'),
  order: ['order', 'orders'],
  search: ['search', 'searches'],
  upload: ['upload', 'uploads', 'uploading'],
  static: list('static, assets, images, content, files, stylesheets, landing page'),
  download: ['download', 'downloads'],
  email: list('email, emails, e-mail, e-mails'),
  push: ['push notification', 'push notifications'],
  admin: list('admin panel, admin site, dashboard, dashboards'),
  chat: list('chat, websocket, websockets, live updates'),
  metrics: list('metrics, alerts, alerting, monitoring, logs'),
};
/** Words beside a verb of failing that name nobody: the parts' own, figures of speech, and what fails with them. */
export const NEUTRAL: ReadonlySet<string> = new Set([
  ...Object.values(PARTS).flatMap(({ names, maybe = [] }) =>
    [...names, ...maybe].flatMap((name) => name.split(/[ -]/)),
  ),
  ...list(`errors, error, fehler, old, new, ones, pod, pods, node, nodes, replica, replicas, standby, both, otherwise,
    first, initially, then, thereafter, later, finally, luego, después, dann, puis, http, end, ends, answers,
    answer, gives, give, causes, cause, leads, results, result, briefly, about, approximately, around, roughly,
    shows, show, showing, displays, serves, hits, with`),
]);
