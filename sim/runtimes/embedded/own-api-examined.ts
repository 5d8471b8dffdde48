/** Asks the user's own api in its pod, straight and past every wire, and looks whom it is connected to meanwhile. */
import { DatabaseError } from 'pg';
import type { HostPort } from '../../parts/config.ts';
import { decoded } from '../../parts/content-coding.ts';
import type { Clause } from '../outside.ts';
import type { PlannedRequest, PodId } from '../contract.ts';
import { heldAgainstContract, type Came, type Question } from './own-api-contract.ts';
import { connectedTo } from './kernel-tables.ts';
import { descendants } from './process-table.ts';
import type { ProgramContext } from './programs.ts';
import { databaseClient } from './readback.ts';
import { request } from '../../node-http.ts';

/** Far beyond what an idle api needs, with cold connections to a database across an ocean. */
const PATIENCE_MS = 10_000;
/** A connection made for one command of Redis lasts as long as two trips between nodes, a millisecond or two. */
const LOOK_EVERY_MS = 2;

export async function examineOwnApi(
  context: ProgramContext,
  pod: PodId,
  asked: readonly PlannedRequest[],
): Promise<readonly Clause[]> {
  const own = context.ownPods.get(pod);
  if (own === undefined) return [];
  const { listen, database, redis } = own.around;
  const seen = new Set<string>();
  const pids = [own.part.pid, ...descendants(own.part.pid)];
  const look = (): void => pids.flatMap(connectedTo).forEach((address) => seen.add(address));
  const looking = setInterval(look, LOOK_EVERY_MS);
  const isConnected = (to: HostPort | undefined): boolean | undefined => to && seen.has(`${to.host}:${to.port}`);
  try {
    return await heldAgainstContract(
      {
        topology: context.topology,
        ask: (question) => askOnce(listen, question),
        plant: (user, requestId) => (database === undefined ? Promise.resolve(false) : plant(context, user, requestId)),
        wasConnected: (variable) => isConnected(variable === 'REDIS_URL' ? redis : database),
      },
      asked,
    );
  } finally {
    clearInterval(looking);
  }
}
async function plant({ network, secrets }: ProgramContext, user: number, requestId: string): Promise<boolean> {
  const client = databaseClient(network, secrets);
  if (client === undefined) return false;
  await client.connect();
  try {
    const text =
      "INSERT INTO task_task (residence_id, user_id, title, request_id) SELECT id, user_id, 'planted', $2 FROM residence WHERE user_id = $1";
    return ((await client.query(text, [user, requestId])).rowCount ?? 0) > 0;
  } catch (error) {
    // It may have migrated our tables away.
    if (error instanceof DatabaseError) return false;
    throw error;
  } finally {
    await client.end();
  }
}

function askOnce({ host, port }: HostPort, { method, path, headers, host: name, body }: Question): Promise<Came> {
  const { promise, resolve } = Promise.withResolvers<Came>();
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const sent = request({
    host,
    port,
    method,
    path,
    agent: false,
    headers: { ...headers, ...length, host: name },
    timeout: PATIENCE_MS,
  });
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('close', () => resolve({ status: response.statusCode ?? 0, ...decoded(response.headers, chunks) }));
  });
  sent.on('timeout', () => sent.destroy(new Error(`no answer within ${PATIENCE_MS / 1_000} s`)));
  sent.on('error', ({ message }) => resolve({ error: message }));
  sent.end(body);
  return promise;
}
