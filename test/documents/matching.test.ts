/** From a row's first cell to a scenario: by the words of parts and ways of failing, never by a scenario's id. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import apiPodOom from '../../scenarios/api-pod-oom.ts';
import redisDown from '../../scenarios/redis-down.ts';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import { matchOf, partsLacking, PERHAPS_FROM, PLAYED_FROM } from '../../sim/documents/matching.ts';
import honeydue from '../../topology/honeydue.ts';

/** Layers of scenarios that need not exist: a scenario is matched by its own words as soon as there is one. */
const layers = [
  'Cloudflare DNS down',
  'Cloudflare edge down (single POP)',
  'Node NIC fails',
  'UFW misconfig blocks :80',
  'Traefik pod down on one node',
  'kube-proxy broken on one node',
  'CoreDNS down',
  'Flannel broken between nodes',
  'api pod OOM',
  'Postgres down',
  'Redis down',
  'B2 down',
  'Rolling update',
  'Worker killed in the middle of a job',
];
const confidence = (cell: string, layer: string, alsoCalled?: string[]): number =>
  matchOf(cell, { layer, variants: {}, ...(alsoCalled === undefined ? {} : { alsoCalled }) }, honeydue).confidence;
const played = (cell: string): string[] => layers.filter((layer) => confidence(cell, layer) >= PLAYED_FROM);

test('why a part fails is not how: an upgrade in brackets is no rollout', () => {
  const { layer, variants } = rollingUpdate;
  const of = (cell: string): number => matchOf(cell, { layer, variants }, honeydue).confidence;
  expect([of('Every api pod (bad release)'), of('api pods during a rolling update')]).toEqual([0, 1]);
});
test('one pod is one pod: not several in turn, nor a leak', () => {
  expect(matchOf('One api pod runs out of memory', apiPodOom, honeydue)).toEqual({ confidence: 1, variants: ['once'] });
});

describe('a row', () => {
  test.each(layers)('"%s" is played by the scenario of that layer and by no other', (layer) => {
    expect(played(layer)).toEqual([layer]);
  });
  test.each([
    ['Redis gone', 'Redis down'],
    ['Loss of Redis', 'Redis down'],
    ['The cache is unavailable', 'Redis down'],
    ['Database outage', 'Postgres down'],
    ['Neon unreachable', 'Postgres down'],
    ['Out of memory in an api pod', 'api pod OOM'],
    ['backend container is OOM-killed', 'api pod OOM'],
    ['Deploy of a new version', 'Rolling update'],
    ['One Cloudflare PoP is offline', 'Cloudflare edge down (single POP)'],
    ['Firewall closes port 80', 'UFW misconfig blocks :80'],
    ['Cluster DNS crashes', 'CoreDNS down'],
    ['S3 unavailable', 'B2 down'],
    ['Reverse proxy dies on a node', 'Traefik pod down on one node'],
    ['The overlay network is broken', 'Flannel broken between nodes'],
    ['Ｒｅｄｉｓ　ｄｏｗｎ', 'Redis down'],
    ['The Vancouver location of Cloudflare goes away', 'Cloudflare edge down (single POP)'],
  ])('"%s" is played by "%s"', (cell, layer) => {
    expect(played(cell)).toEqual([layer]);
  });
  test.each([
    ['CoreDNS slow', 'CoreDNS down'],
    ['DNS outage', 'CoreDNS down'],
    ['Redis and Postgres down', 'Redis down'],
    ['Redis', 'Redis down'],
    ['Loss of a node', 'Node NIC fails'],
    // What belongs to it, or is beside it.
    ['Redis replica down', 'Redis down'],
    ['Redis exporter down', 'Redis down'],
    ['Traefik dashboard down on a node', 'Traefik pod down on one node'],
    ['UFW blocks :22', 'UFW misconfig blocks :80'],
    ['UFW blocks egress', 'UFW misconfig blocks :80'],
    ['One of two CoreDNS pods down', 'CoreDNS down'],
    ['Redis never goes down', 'Redis down'],
    // More than what is broken there.
    ['Cloudflare down', 'Cloudflare edge down (single POP)'],
  ])('"%s" is perhaps "%s": named, never played', (cell, layer) => {
    expect(confidence(cell, layer)).toBeGreaterThanOrEqual(PERHAPS_FROM);
    expect(played(cell)).toEqual([]);
  });
  test.each(['API server down', 'Disk full', 'TLS certificate expired', 'Elevator broken', 'Kafka broker lost', ''])(
    '"%s" is none of them',
    (cell) => {
      expect(layers.filter((layer) => confidence(cell, layer) > PERHAPS_FROM)).toEqual([]);
    },
  );
  test('that names a product which no topology of ours has is played by nobody, whatever else it names', () => {
    expect(played('Redis and Kafka down')).toEqual([]);
    expect(played('Redis down on the Kafka node')).toEqual(['Redis down']);
  });
  test('is matched by whatever else a scenario says that it is called', () => {
    expect(confidence('Gremlins in the cellar', 'Redis down')).toBe(0);
    expect(confidence('Gremlins in the cellar', 'Redis down', ['Gremlins'])).toBeGreaterThanOrEqual(PLAYED_FROM);
  });
  test('that uses the words of one variant is about that variant', () => {
    expect(matchOf('Redis hangs', redisDown, honeydue)).toEqual({ confidence: 1, variants: ['hung'] });
    expect(matchOf('Redis is dead', redisDown, honeydue)).toEqual({ confidence: 1 });
    expect(matchOf('api pods leak memory', apiPodOom, honeydue).variants).toBeUndefined();
  });
  test('that says how much of the cluster is about the variants that say so too', () => {
    const variant = { steps: [], set: {} };
    const scenario = {
      layer: 'Traefik down',
      variants: { one: { title: 'Traefik, one node', ...variant }, all: { title: 'Traefik, all nodes', ...variant } },
    };
    const variants = (cell: string): unknown => matchOf(cell, scenario, honeydue).variants;
    expect(variants('Traefik down on one node')).toEqual(['one']);
    expect(variants('Traefik down on every node')).toEqual(['all']);
    expect(variants('Traefik down')).toBeUndefined();
  });
  test('about an unsure part is no row of a scenario that is about no part', () => {
    expect(matchOf('DNS outage', rollingUpdate, honeydue).confidence).toBe(0);
    expect(matchOf('The network was lost', rollingUpdate, honeydue).confidence).toBe(0);
  });
  test('says how it fails before it says when', () => {
    expect(confidence('Migrate job fails during the deploy', 'Migrate job fails')).toBe(1);
    expect(confidence('Redis hangs during a rolling update', 'Rolling update')).toBe(0);
  });
  test('may name what a scenario acts on', () => {
    expect(matchOf('Rolling update of the api', rollingUpdate, honeydue).confidence).toBe(1);
    expect(matchOf('Rolling update of Redis', rollingUpdate, honeydue).confidence).toBeLessThan(PLAYED_FROM);
  });
});

describe('a part that the topology lacks', () => {
  test.each([
    ['Kafka broker lost', ['kafka']],
    ['MySQL down', ['mysql']],
    ['nginx ingress controller crashes', ['nginx']],
    ['Redis down', []],
    ['The api can not reach Kafka', ['kafka']],
    ['Stripe is down', ['stripe']],
  ])('in "%s" is %j', (cell, parts) => {
    expect(partsLacking(cell, honeydue)).toEqual(parts);
  });
  test('is one for whose role it has nothing', () => {
    const { worker: _worker, ...workloads } = honeydue.workloads;
    expect(partsLacking('Worker dies', { ...honeydue, workloads })).toEqual(['worker']);
    expect(partsLacking('Worker dies', honeydue)).toEqual([]);
  });
  test('is none where the topology calls one of its own so', () => {
    const nginx = honeydue.workloads['traefik']!;
    const topology = { ...honeydue, workloads: { ...honeydue.workloads, nginx } };
    expect(partsLacking('nginx down', topology)).toEqual([]);
    expect(matchOf('nginx down', { layer: 'Traefik down', variants: {} }, topology).confidence).toBe(1);
  });
});

test('any text is matched without an error, from 0 to 1', () => {
  const word = fc.constantFrom('redis', 'down', 'on', '(', ')', 'all', 'kafka', 'api', 'OOM', '—', 'node 2', '');
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.array(word).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(...layers), (cell, layer) => {
      const found = confidence(cell, layer);
      return found >= 0 && found <= 1;
    }),
  );
});
