import { join } from 'node:path';
import { findRedis } from '../../sim/runtimes/embedded/redis.ts';
import { embedded } from '../../sim/runtimes/embedded/runtime.ts';
import { sharedAddressCases } from './shared-address-cases.ts';

const cacheFolder = join(import.meta.dirname, '..', '..', '.cache');
sharedAddressCases('embedded', async () => {
  const redis = await findRedis({ cacheFolder, fetch: 'yes', say: (line) => process.stderr.write(`${line}\n`) });
  return embedded({ redis, cacheFolder });
});
