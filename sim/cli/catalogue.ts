/** The scenarios there are, by name. A misspelt one is answered with its nearest. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closest } from 'fastest-levenshtein';
import { SimError } from '../errors.ts';
import type { Scenario } from '../scenario/scenario.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

export const scenarioIds = (folder = join(ROOT, 'scenarios')): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -3))
    .toSorted();

/** @throws SimError `SIM_UNKNOWN_SCENARIO` */
export async function loadScenario(id: string, folder = join(ROOT, 'scenarios')): Promise<Scenario> {
  const ids = scenarioIds(folder);
  if (!ids.includes(id))
    throw new SimError(
      'SIM_UNKNOWN_SCENARIO',
      `unknown scenario "${id}". did you mean ${closest(id, ids)}? all: npx twin list`,
    );
  const module = (await import(pathToFileURL(join(folder, `${id}.ts`)).href)) as { default?: Scenario };
  if (module.default === undefined)
    throw new SimError('SIM_SCENARIO_INVALID', `scenarios/${id}.ts has no default export`, {
      hint: 'export default defineScenario({ … })',
    });
  return module.default;
}
export const loadScenarios = (ids: readonly string[]): Promise<Scenario[]> =>
  Promise.all((ids.length > 0 ? ids : scenarioIds()).map((id) => loadScenario(id)));
