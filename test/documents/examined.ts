/** Documents of other clusters, examined, and what is found in them in short. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import apiPodOom from '../../scenarios/api-pod-oom.ts';
import b2Down from '../../scenarios/b2-down.ts';
import corednsDown from '../../scenarios/coredns-down.ts';
import edgePopDown from '../../scenarios/edge-pop-down.ts';
import flannelBroken from '../../scenarios/flannel-broken.ts';
import kubeProxyBroken from '../../scenarios/kube-proxy-broken.ts';
import latencyBudget from '../../scenarios/latency-budget.ts';
import nodeNetworkDead from '../../scenarios/node-network-dead.ts';
import postgresDown from '../../scenarios/postgres-down.ts';
import redisDown from '../../scenarios/redis-down.ts';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import traefikDown from '../../scenarios/traefik-down.ts';
import ufwBlocks80 from '../../scenarios/ufw-blocks-80.ts';
import workerKilled from '../../scenarios/worker-killed.ts';
import { examine, type Examined } from '../../sim/documents/examine.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import honeydue from '../../topology/honeydue.ts';

const scenarios = [
  apiPodOom,
  b2Down,
  corednsDown,
  edgePopDown,
  flannelBroken,
  kubeProxyBroken,
  latencyBudget,
  nodeNetworkDead,
  postgresDown,
  redisDown,
  rollingUpdate,
  traefikDown,
  ufwBlocks80,
  workerKilled,
];
export const examined = (name: string, played: readonly Scenario[] = scenarios): Examined =>
  examine(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.md`), 'utf8'), {
    file: `${name}.md`,
    topology: honeydue,
    topologyFile: 'topology/honeydue.ts',
    scenarios: played,
    profile: 'physical',
  });
const short = ({ measure, where = {}, min, max }: Examined['rows'][number]['claims'][number]['predicates'][number]) =>
  `${[measure, where.status, where.journey].filter((one) => one !== undefined).join(' ')} ${min ?? ''}..${max ?? ''}`;
/** Line, scenario with variants, and how what users see was read. */
export const rowsOf = ({ rows }: Examined): string[] =>
  rows.map(({ line, scenario, variants = [], claims }) => {
    const sees = claims.filter((one) => one.about === 'sees').flatMap((one) => one.predicates.map(short));
    return [
      line,
      scenario?.id ?? 'not played',
      ...variants,
      ...(sees.length === 0 ? [] : [`(${sees.join(', ')})`]),
    ].join(' ');
  });
export const figuresOf = ({ figures }: Examined): string[] =>
  figures.map(
    ({ read, physics }) =>
      `${read.written.line} ${read.written.text}: ${read.figure?.between?.join('-') ?? physics?.physics ?? 'no way read'}`,
  );
/** What was expected and is not so, beside what is. */
export const missed = (expected: readonly string[], found: readonly string[]): string[] => [
  ...expected.filter((one) => !found.includes(one)).map((one) => `missed: ${one}`),
  ...found.filter((one) => !expected.includes(one)).map((one) => `found: ${one}`),
];
