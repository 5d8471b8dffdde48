/**
 * What Toxiproxy 2.12 does, each case with the file of its source that says so. The same cases run against our stand-in
 * and against the real program; the real one is the judge.
 */
import { apiCases } from './toxiproxy-api-cases.ts';
import { proxyCases } from './toxiproxy-proxy-cases.ts';
import { toxicCases } from './toxiproxy-toxic-cases.ts';
import type { World } from './toxiproxy-world.ts';

export type Cases = Readonly<Record<string, (world: World) => Promise<void>>>;

export const toxiproxyCases: Cases = { ...apiCases, ...proxyCases, ...toxicCases };
