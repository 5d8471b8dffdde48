/** Runtimes by name, each made ready as far as a command needs it. */
import { SimError } from '../errors.ts';
import type { Runtime } from '../runtimes/contract.ts';
import type { OwnApi } from '../runtimes/embedded/own-api.ts';
import { CACHE } from './paths.ts';

export const RUNTIME_NAMES = ['embedded', 'docker', 'model'] as const;
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

export interface PrepareOptions {
  /** `ask` asks on a terminal before anything is fetched. */
  readonly fetch: 'ask' | 'yes' | 'no';
  readonly say: (line: string) => void;
  /** The user's own api; undefined: ours. */
  readonly ownApi?: OwnApi | undefined;
}
/** Why a runtime cannot run a program of the user's as it is. */
const NO_OWN_API: Readonly<Partial<Record<RuntimeName, string>>> = {
  model: 'it computes and starts no programs',
  docker: 'it runs images',
};

/**
 * Only what is used is loaded: the model needs neither Postgres nor Docker clients.
 * @throws SimError `SIM_RUNTIME_UNAVAILABLE`, `SIM_NOT_MODELLED` for an api that it cannot run
 */
export async function prepareRuntime(name: RuntimeName, options: PrepareOptions): Promise<Runtime> {
  const { ownApi } = options;
  const reason = ownApi && NO_OWN_API[name];
  if (reason !== undefined)
    throw new SimError('SIM_NOT_MODELLED', `runtime "${name}" cannot run --api: ${reason}`, {
      hint: 'run it on embedded: leave --runtime out',
    });
  if (name === 'model') return (await import('../runtimes/model/runtime.ts')).model;
  if (name === 'docker') {
    const { docker } = await import('../runtimes/docker/runtime.ts');
    return docker({ cacheFolder: CACHE, say: options.say, fetch: options.fetch !== 'no' });
  }
  const [{ embeddedBlocker }, { findRedis }, { sweep }, { embedded }] = await Promise.all([
    import('../runtimes/embedded/host.ts'),
    import('../runtimes/embedded/redis.ts'),
    import('../runtimes/embedded/sweep.ts'),
    import('../runtimes/embedded/runtime.ts'),
  ]);
  const blocker = embeddedBlocker();
  if (blocker !== undefined)
    throw new SimError('SIM_RUNTIME_UNAVAILABLE', blocker, {
      hint: 'type: docker build -t cluster-twin . && docker run --rm -it cluster-twin',
    });
  await sweep();
  const redis = await findRedis({ cacheFolder: CACHE, fetch: options.fetch, say: options.say });
  return embedded({ redis, cacheFolder: CACHE, ownApi });
}
