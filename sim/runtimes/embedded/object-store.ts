/** The topology's object store: how it is started, how the api reaches it, and how its photos are listed at the end. */
import type { ContainerSettings, External } from '../../../topology/schema.ts';
import type { ApiConfig, HostPort, ObjectStoreConfig, ObjectStoreKey } from '../../parts/config.ts';
import type { ProgramContext, Secrets } from './programs.ts';
import type { StoredPhotos } from './stored-photos.ts';

const textIn = (settings: ContainerSettings, key: string, otherwise: string): string =>
  typeof settings[key] === 'string' ? settings[key] : otherwise;

/** Absent where the topology has none, or is played without it. */
const objectStoreIn = ({ topology }: ProgramContext): External | undefined =>
  Object.values(topology.externals).find((one) => one.role === 'object-store');
const nameOf = ({ host }: External): string => host ?? 'object-store';
const bucketOf = ({ settings }: External): string => textIn(settings, 'bucket', 'media');
const keyOf = ({ settings }: External, { objectStoreSecret }: Secrets): ObjectStoreKey => ({
  id: 'twin',
  secret: objectStoreSecret,
  region: textIn(settings, 'region', 'us-east-1'),
});

export function objectStoreConfig(context: ProgramContext, listen: HostPort): ObjectStoreConfig {
  const external = objectStoreIn(context);
  if (external === undefined) throw new Error('the topology has no object store');
  const { objects } = external.settings;
  return {
    listen,
    tls: context.authority.issue([nameOf(external)]),
    bucket: bucketOf(external),
    objects: typeof objects === 'number' ? objects : 0,
    key: keyOf(external, context.secrets),
  };
}

/** What the api is told of it. */
export function objectStoreFor(context: ProgramContext): Pick<ApiConfig, 'objectStore'> {
  const external = objectStoreIn(context);
  if (external === undefined) return {};
  const port = context.network.realPort(external.ports[0] ?? 443);
  const key = keyOf(external, context.secrets);
  return { objectStore: { host: nameOf(external), port, ca: context.authority.caPem, key } };
}

export function photosIn(context: ProgramContext): StoredPhotos | undefined {
  const external = objectStoreIn(context);
  if (external === undefined) return undefined;
  return {
    at: context.network.ownAddress(external),
    host: nameOf(external),
    ca: context.authority.caPem,
    key: keyOf(external, context.secrets),
    bucket: bucketOf(external),
  };
}
