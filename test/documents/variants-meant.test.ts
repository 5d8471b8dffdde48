/** Rows as platform teams write them: which scenario plays them, and which of its variants they speak of. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lexiconOf } from '../../sim/documents/concepts.ts';
import { matchOf, PLAYED_FROM } from '../../sim/documents/matching.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import honeydue from '../../topology/honeydue.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'scenarios');
const scenarios = await Promise.all(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ts'))
    .map(async (name) => ((await import(join(FOLDER, name))) as { default: Scenario }).default),
);
const lexicon = lexiconOf(honeydue);
const playing = (cell: string): string[] =>
  scenarios
    .filter(({ plays }) => plays === 'failure')
    .map((one) => ({ id: one.id, ...matchOf(cell, one, honeydue, lexicon) }))
    .filter(({ confidence }) => confidence >= PLAYED_FROM)
    .map(({ id, variants = ['all of them'] }) => `${id}: ${variants.join(', ')}`);

test.each([
  ['ufw DENY on 80/tcp, all nodes', 'ufw-blocks-80: deny-all'],
  ['UFW denies port 80 on all nodes', 'ufw-blocks-80: deny-all'],
  ['ufw DROP on 80, 1 node', 'ufw-blocks-80: deny-one'],
  ['Host firewall drops port 80 on every node', 'ufw-blocks-80: deny-all'],
  ['Traefik down on all nodes', 'traefik-down: all-nodes'],
  ['kube-proxy broken on any node', 'kube-proxy-broken: all of them'],
  ['An entire POP of Cloudflare is down', 'edge-pop-down: all of them'],
  ['Each api pod in turn runs out of memory', 'api-pod-oom: cascade'],
  ['UFW rejects port 80 on all nodes', 'ufw-blocks-80: reject-all'],
  ['UFW blocks :80', 'ufw-blocks-80: all of them'],
  ['Traefik down on all three nodes', 'traefik-down: all-nodes'],
  ['Postgres: connection refused', 'postgres-down: refused'],
  ['Postgres refuses connections', 'postgres-down: refused'],
  ['Primary DB (Postgres) unreachable – connections refused', 'postgres-down: refused'],
  ['Postgres refuses connections, readiness asks it', 'postgres-down: readiness'],
  ['Postgres accepts connections but never answers', 'postgres-down: hung'],
  ['Redis froze (process stopped, port open)', 'redis-down: hung'],
  ['Redis stopped responding', 'redis-down: hung'],
  ['Postgres crashed', 'postgres-down: refused'],
  ['Worker died', 'worker-killed: all of them'],
  ['Traefik died on one node', 'traefik-down: one-node'],
  ['Postgres went away', 'postgres-down: all of them'],
  ['Bad deploy: no preStop hook', 'rolling-update: no-pre-stop'],
  ['Rolling update without preStop', 'rolling-update: no-pre-stop'],
  ['Rolling deployment', 'rolling-update: all of them'],
  ['A DB migration fails during a release', 'migration-fails: all of them'],
  ['Migration fails', 'migration-fails: all of them'],
  ['S3 answers 503 to everything down', 'b2-down: busy'],
])('"%s" is played by %s', (cell, played) => {
  expect(playing(cell)).toEqual([played]);
});
test.each([
  ['Redis crashed', 'redis-down: dead'],
  ['Redis FLUSHALL / cache lost', 'redis-down: emptied'],
  ['Redis loses its data', 'redis-down: emptied'],
])('"%s" is played by %s', (cell, played) => {
  expect(playing(cell)).toContain(played);
});

test.each([
  'the api deployment is scaled to 0',
  'api deployment deleted',
  'Bad release rolled out',
  'Faulty rollout',
  'api deployed with a wrong image tag',
  'Redis password rotated down',
  'Postgres is out of connections down',
  'Connection pool exhausted',
  'kube-proxy broken on all nodes',
  'kube-proxy broken on every node',
  'Cloudflare edge down (all POPs)',
  'All nodes: NIC fails',
  'Every node loses its network',
])('"%s" is near to what is played, and something else', (cell) => {
  expect(playing(cell)).toEqual([]);
});
