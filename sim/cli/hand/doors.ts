/** How a person's own clients reach the twin: lines to paste, and `twin curl`. Addresses are those that its pods dial. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { Place, Topology } from '../../../topology/schema.ts';
import { duration } from '../../scenario/phrases.ts';
import type { Address, Doors as StageDoors, Stage, Target } from '../../runtimes/contract.ts';
import { SimError } from '../../errors.ts';
import type { LoadScript } from '../../traffic/script.ts';

export interface Doors {
  /** `psql …`, `redis-cli …`, `curl …`, by the name of the program. */
  readonly lines: Readonly<Record<string, string>>;
  curl(asked: Curl): Promise<CurlAnswer>;
}
export interface Curl {
  readonly path: string;
  readonly method: string;
  readonly data?: string | undefined;
  readonly user: number;
}
export interface CurlAnswer {
  readonly status: string;
  readonly body: string;
}
/** As long as a phone waits. */
const PATIENCE_MS = 60_000;
/** The user whose token the printed line bears. */
const USER = 1;

export async function openDoors(topology: Topology, stage: Stage, script: LoadScript): Promise<Doors> {
  const { doors } = stage;
  if (doors === undefined) throw new SimError('SIM_NOT_MODELLED', 'no program outside of this twin can reach it');
  const node =
    Object.keys(topology.places).find((place): place is Place => place.startsWith('node:')) ?? topology.server;
  const address = (target: Target, from: Place): Promise<Address> => stage.network.addressOf(target, from);
  const externals = Object.values(topology.externals);
  const lines: Record<string, string> = {};
  const postgres = externals.find((one) => one.role === 'postgres');
  if (postgres !== undefined)
    lines['psql'] = psql(doors, await address({ place: postgres.place, port: postgres.ports[0] ?? 5432 }, node));
  for (const [id, service] of Object.entries(topology.services)) {
    if (topology.workloads[service.workload]?.role !== 'redis') continue;
    const { host, port } = await address({ service: id, port: service.port }, node);
    lines['redis-cli'] = `redis-cli -h ${host} -p ${port}`;
  }
  const edge = publicDoor(topology);
  const site = edge?.host ?? '';
  const at = edge && (await address(edge.target, topology.users.place));
  const auth = (user: number): string => script.journeys[0]?.render(user, 0).headers['Authorization'] ?? '';
  if (at !== undefined)
    lines['curl'] =
      `curl --cacert ${doors.caFile} --connect-to ${site}:443:${at.host}:${at.port} -H 'Authorization: ${auth(USER)}' https://${site}/api/tasks/`;
  return {
    lines,
    curl: (asked) => {
      if (at === undefined) throw new SimError('SIM_NOT_MODELLED', 'this topology has no edge that a user could reach');
      const headers = { host: site, authorization: auth(asked.user), accept: 'application/json' };
      return fetchOnce(at, doors, { site, headers }, asked);
    },
  };
}

/** What users dial, and by which name: a shared address, or an edge that has a name of its own. */
function publicDoor({ anycast, externals }: Topology): { readonly host: string; readonly target: Target } | undefined {
  const [shared] = Object.entries(anycast);
  if (shared !== undefined) return { host: shared[1].host, target: { anycast: shared[0], port: shared[1].port } };
  const edge = Object.values(externals).find((one) => one.role === 'edge');
  return edge && { host: edge.host ?? '', target: { place: edge.place, port: edge.ports[0] ?? 443 } };
}

const psql = ({ database }: StageDoors, { host, port }: Address): string =>
  `psql 'postgres://${database.user}:${database.password}@${host}:${port}/${database.name}?sslmode=require'`;

/** Settles with whatever came: an error page is an answer too, and so is silence. */
function fetchOnce(
  at: Address,
  { caFile }: StageDoors,
  { site, headers }: { site: string; headers: Record<string, string> },
  { path, method, data }: Curl,
): Promise<CurlAnswer> {
  const fromMs = performance.now();
  const took = (): string => duration(performance.now() - fromMs);
  const { promise, resolve } = Promise.withResolvers<CurlAnswer>();
  const type =
    data === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) };
  const asked = request({
    host: at.host,
    port: at.port,
    servername: site,
    ca: readFileSync(caFile),
    agent: false,
    // As curl does not: what may not stand in a path is written as it must be.
    path: encodeURI((path.startsWith('/') ? path : `/${path}`).toWellFormed()).replaceAll('%25', '%'),
    method,
    headers: { ...headers, ...type },
    timeout: PATIENCE_MS,
  });
  asked.on('response', (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    response.on('close', () => {
      const told = ['x-cache', 'cf-ray', 'server'].flatMap((name) =>
        response.headers[name] === undefined ? [] : [`${name}: ${String(response.headers[name])}`],
      );
      resolve({
        status: `${response.statusCode ?? 0} in ${took()}${told.length > 0 ? ` (${told.join(', ')})` : ''}`,
        body,
      });
    });
  });
  asked.on('timeout', () => asked.destroy(new Error(`no answer within ${PATIENCE_MS / 1_000} s`)));
  asked.on('error', ({ message }) => resolve({ status: `no answer after ${took()}: ${message}`, body: '' }));
  asked.end(data);
  return promise;
}
