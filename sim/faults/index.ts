/**
 * The registry of faults: one file each. A fault heals by being disposed, and proves itself by witnesses that share no
 * code with the way it is applied. Not modelled here: partial faults of one endpoint among several.
 */
import { crash } from './crash.ts';
import { drop } from './drop.ts';
import type { Fault } from './fault.ts';
import { firewall } from './firewall.ts';
import { halfMigration } from './half-migration.ts';
import { hang } from './hang.ts';
import { isolate } from './isolate.ts';
import { kill } from './kill.ts';
import { kubeProxyStopped } from './kube-proxy-stopped.ts';
import { namesOutage } from './names-outage.ts';
import { oom } from './oom.ts';
import { outage } from './outage.ts';
import { overlayCut } from './overlay-cut.ts';
import { poolTaken } from './pool-taken.ts';
import { popDown } from './pop-down.ts';
import { reset } from './reset.ts';
import { scaleToZero } from './scale-to-zero.ts';
import { slow } from './slow.ts';
import { shutOut } from './shut-out.ts';
import { storageOutage } from './storage-outage.ts';

const registry = {
  crash,
  drop,
  firewall,
  'half-migration': halfMigration,
  hang,
  isolate,
  kill,
  'kube-proxy-stopped': kubeProxyStopped,
  'names-outage': namesOutage,
  oom,
  outage,
  'overlay-cut': overlayCut,
  'pool-taken': poolTaken,
  'pop-down': popDown,
  reset,
  'scale-to-zero': scaleToZero,
  slow,
  'shut-out': shutOut,
  'storage-outage': storageOutage,
} as const;
export type FaultName = keyof typeof registry;
export const FAULT_NAMES = Object.keys(registry) as FaultName[];
/** The fault of a name; its params are checked by its own schema. */
export const faultNamed = (name: FaultName): Fault<unknown> => registry[name] as unknown as Fault<unknown>;
