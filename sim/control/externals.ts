/** Programs outside of the cluster: one at its place, started once, there for as long as the stage stands. */
import type { Topology } from '../../topology/schema.ts';
import type { Container, Place, Stage } from '../runtimes/contract.ts';

/** Settles when all are started; each is in `outside` under its place from then on. */
export async function startExternals(
  stage: Pick<Stage, 'sandbox'>,
  { externals }: Topology,
  outside: Map<Place, Container>,
): Promise<void> {
  const start = async ([id, external]: [string, Topology['externals'][string]]): Promise<void> => {
    const sandbox = await stage.sandbox(id, external.place, true);
    const { role, ports, settings } = external;
    outside.set(external.place, await sandbox.run({ role, ports, settings }));
  };
  await Promise.all(Object.entries(externals).map(start));
}
