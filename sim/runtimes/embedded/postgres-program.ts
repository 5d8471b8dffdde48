/** Neon's place as a program: Postgres, and where the topology puts one before it, a pooler. */
import type { ContainerSettings } from '../../../topology/schema.ts';
import { poolerOf } from '../../behaviour/pooler.ts';
import type { HostPort, PoolerConfig } from '../../parts/config.ts';
import type { EmbeddedPod } from './network.ts';
import { startPartProcess } from './part-process.ts';
import { startPostgres } from './postgres.ts';
import type { ProgramContext, StartedProgram } from './programs.ts';

export async function startDatabase(
  context: ProgramContext,
  name: string,
  {
    pod: { id, place },
    listen,
    settings,
  }: { readonly pod: EmbeddedPod; readonly listen: HostPort; readonly settings: ContainerSettings },
): Promise<StartedProgram> {
  const pooler = poolerOf(settings);
  const external = Object.values(context.topology.externals).find((one) => one.place === place);
  const certificate = context.authority.issue([external?.host ?? 'postgres']);
  const { part, socket, suspend } = await startPostgres(context.run, {
    ...listen,
    template: context.template,
    // Its data is its pod's, however often it is started.
    name: id,
    certificate,
    password: context.secrets.databasePassword,
    ...(pooler !== undefined && { behindPooler: true }),
  });
  if (pooler === undefined) return { part, listens: Promise.resolve(), suspend };
  const config: PoolerConfig = {
    listen,
    tls: certificate,
    servers: pooler.gate.capacity,
    queryWaitMs: pooler.queryWaitMs,
    database: socket,
  };
  const role = 'pooler';
  const before = startPartProcess(context.run, {
    role,
    name: `${name}-${role}`,
    config,
    compileCache: context.compileCache,
  });
  return { part, front: before.part, listens: before.ready, suspend };
}
