/** The scenarios there are, by name. A misspelt one is answered with its nearest. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closest } from 'fastest-levenshtein';
import { SimError } from '../errors.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Topology } from '../../topology/schema.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

export const scenarioIds = (folder = join(ROOT, 'scenarios')): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -3))
    .toSorted();

/** A file of the user's own: whatever it throws while it is read is its author's to mend. @throws SimError with `code` */
async function read<T>(code: 'SIM_SCENARIO_INVALID' | 'SIM_TOPOLOGY_INVALID', file: string): Promise<T> {
  try {
    return (await import(pathToFileURL(file).href)) as T;
  } catch (cause) {
    if (cause instanceof SimError) throw cause;
    const message = `${relative(ROOT, file)} can not be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new SimError(code, message, { cause });
  }
}
/** @throws SimError `SIM_TOPOLOGY_INVALID` with every fault of the file */
export const loadTopology = async (): Promise<Topology> =>
  (await read<{ default: Topology }>('SIM_TOPOLOGY_INVALID', join(ROOT, 'topology', 'honeydue.ts'))).default;

/** @throws SimError `SIM_UNKNOWN_SCENARIO`, `SIM_SCENARIO_INVALID` with every fault of the file */
export async function loadScenario(id: string, folder = join(ROOT, 'scenarios')): Promise<Scenario> {
  const ids = scenarioIds(folder);
  if (!ids.includes(id))
    throw new SimError(
      'SIM_UNKNOWN_SCENARIO',
      `unknown scenario "${id}". did you mean ${closest(id, ids)}? all: npx twin list`,
    );
  const module = await read<{ default?: Scenario }>('SIM_SCENARIO_INVALID', join(folder, `${id}.ts`));
  if (module.default === undefined)
    throw new SimError('SIM_SCENARIO_INVALID', `scenarios/${id}.ts has no default export`, {
      hint: 'export default defineScenario({ … })',
    });
  return module.default;
}
export const loadScenarios = (ids: readonly string[]): Promise<Scenario[]> =>
  Promise.all((ids.length > 0 ? ids : scenarioIds()).map((id) => loadScenario(id)));
