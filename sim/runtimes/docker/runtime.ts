import { SimError } from '../../errors.ts';
import type { Runtime } from '../contract.ts';
export function docker(_settings: { readonly cacheFolder: string }): Runtime {
  throw new SimError('SIM_RUNTIME_UNAVAILABLE', 'the docker runtime is being written');
}
