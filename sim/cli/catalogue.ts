/** What a suite holds: its topology, the document that it names, scenarios by id, load scripts by name. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closest } from 'fastest-levenshtein';
import { defineTopology, placesOf } from '../../topology/load.ts';
import { odditiesOf } from '../../topology/oddities.ts';
import type { Topology, TopologyInput } from '../../topology/schema.ts';
import { applySetTexts } from '../../topology/set-text.ts';
import { readTopologyYaml } from '../../topology/yaml.ts';
import { readDocument } from '../documents/document.ts';
import { claimsOf } from '../documents/claims.ts';
import { SimError } from '../errors.ts';
import type { Claim } from '../runtimes/entries.ts';
import { cast } from '../scenario/cast.ts';
import { misfitsOf } from '../scenario/misfits.ts';
import { hostsOf } from '../scenario/parts.ts';
import { defineScenario, type Scenario } from '../scenario/scenario.ts';
import { readLoadScript, type LoadScript } from '../traffic/script.ts';
import { exitOf } from './exits.ts';
import { firstOf, nameOf } from './paths.ts';
import type { Suite } from './suite.ts';

/**
 * The default export of a file of the user's own: whatever it does while it is read is its author's to mend.
 * @throws SimError with `code`
 */
async function read(code: 'SIM_SCENARIO_INVALID' | 'SIM_TOPOLOGY_INVALID', file: string): Promise<unknown> {
  const failed = `${nameOf(file)} can not be read`;
  const ended = (): void => {
    process.stderr.write(`${failed}: it ends the process, or waits for what never comes\n`);
    process.exit(exitOf(code));
  };
  process.prependOnceListener('exit', ended);
  const exported = await import(pathToFileURL(file).href)
    .catch((cause: unknown) => {
      if (cause instanceof SimError) throw cause;
      throw new SimError(code, `${failed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    })
    .finally(() => process.off('exit', ended));
  const { default: value } = exported as { default?: unknown };
  if (value !== undefined) return value;
  const define = code === 'SIM_SCENARIO_INVALID' ? 'defineScenario' : 'defineTopology';
  throw new SimError(code, `${nameOf(file)} has no default export`, { hint: `export default ${define}({ … })` });
}

/**
 * The suite's topology, with what `--set` changes; what is odd in it is told on standard error.
 * @throws SimError `SIM_TOPOLOGY_INVALID` with every fault of the file, `SIM_USAGE` with every fault of `set`
 */
export async function loadTopology(suite: Suite, set: readonly string[] = []): Promise<Topology> {
  const topology = applySetTexts(await readTopology(suite), set);
  for (const oddity of odditiesOf(topology)) process.stderr.write(`warning: ${nameOf(suite.topology)}: ${oddity}\n`);
  return topology;
}
async function readTopology({ topology: file }: Suite): Promise<Topology> {
  if (!/\.ya?ml$/.test(file))
    return defineTopology((await read('SIM_TOPOLOGY_INVALID', file)) as TopologyInput, nameOf(file));
  const hint = 'give a topology in YAML; npx twin init writes one';
  return readTopologyYaml(readDocument(file, nameOf(file), { code: 'SIM_TOPOLOGY_INVALID', hint }), nameOf(file));
}

/** Scenario id → its file. */
function scenarioFiles({ scenarios }: Suite): ReadonlyMap<string, string> {
  const found = scenarios.toReversed().flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : []).flatMap((name) => {
      const id = /^([^.]+)\.(?:ts|js)$/.exec(name)?.[1];
      return id === undefined ? [] : [[id, join(folder, name)] as const];
    }),
  );
  return new Map(found.toSorted(([a], [b]) => (a < b ? -1 : a === b ? 0 : 1)));
}

export const scenarioNames = (suite: Suite): string[] => [...scenarioFiles(suite).keys()];

/** @throws SimError `SIM_UNKNOWN_SCENARIO`, with the nearest name; `SIM_SCENARIO_INVALID` with every fault of the file */
async function loadScenario(suite: Suite, id: string): Promise<Scenario> {
  const files = scenarioFiles(suite);
  const file = files.get(id);
  if (file === undefined)
    throw new SimError(
      'SIM_UNKNOWN_SCENARIO',
      `unknown scenario "${id}". did you mean ${closest(id, [...files.keys()])}? all: npx twin list`,
    );
  const scenario = defineScenario((await read('SIM_SCENARIO_INVALID', file)) as Scenario, nameOf(file));
  if (scenario.id === id) return scenario;
  throw new SimError('SIM_SCENARIO_INVALID', `${nameOf(file)}: its id is "${scenario.id}", its file says "${id}"`, {
    hint: 'a scenario is found by its file: let both be the same',
  });
}

/** All scenarios of a suite, whether the topology has their parts or not. @throws SimError `SIM_SCENARIO_INVALID` */
export async function allScenarios(suite: Suite): Promise<Scenario[]> {
  const all: Scenario[] = [];
  for (const id of scenarioNames(suite)) all.push(await loadScenario(suite, id));
  return all;
}

/**
 * The named scenarios, each once, in their order; else all that can be played on the topology. What is left out because the topology
 * lacks what it names is said on standard error.
 * @throws SimError `SIM_SCENARIO_INVALID` when a named one cannot be played
 */
export async function chooseScenarios(suite: Suite, topology: Topology, ids: readonly string[]): Promise<Scenario[]> {
  // Played twice, what one run shows would count twice.
  const wanted = ids.length > 0 ? new Set(ids) : scenarioNames(suite);
  const all: Scenario[] = [];
  // One after another: what ends the process is then known by name.
  for (const id of wanted) all.push(await loadScenario(suite, id));
  const chosen = all.filter((scenario) => {
    const misfits = misfitsOf(scenario, topology);
    if (misfits.length === 0) return true;
    const why = `${misfits.join(', ')}, which ${nameOf(suite.topology)} does not have`;
    if (ids.length > 0) throw new SimError('SIM_SCENARIO_INVALID', `${scenario.id} names ${why}`);
    process.stderr.write(`not played: ${scenario.id} names ${why}\n`);
    return false;
  });
  if (chosen.length > 0) return chosen.map((scenario) => cast(scenario, topology));
  throw new SimError('SIM_SCENARIO_INVALID', `no scenario can be played on ${nameOf(suite.topology)}`, {
    hint: `write one into ${suite.scenarios.map((one) => nameOf(one))[0]}/`,
  });
}

/** The Markdown document whose statements are judged. */
export const documentOf = (suite: Suite, { document }: Topology): string | undefined =>
  document === undefined ? undefined : resolve(dirname(suite.topology), document);

/** What the topology's document says of these scenarios. @throws SimError `SIM_DOCUMENT_INVALID` */
export function loadClaims(suite: Suite, topology: Topology, scenarios: readonly Scenario[]): Claim[] {
  const file = documentOf(suite, topology);
  if (file === undefined) return [];
  const markdown = readDocument(file, `${nameOf(file)}, the document of ${nameOf(suite.topology)}`);
  return scenarios.flatMap((scenario) => claimsOf(markdown, nameOf(file), scenario, topology));
}

/** The load scripts of these scenarios, by name. @throws SimError `SIM_LOAD_INVALID` */
export async function loadScripts(
  suite: Suite,
  topology: Topology,
  scenarios: readonly Scenario[],
  tokenSecret: string,
): Promise<Map<string, LoadScript>> {
  // The api's public name, that of the site which lies in its container, and the admin panel's.
  const [host = Object.keys(topology.ingress)[0], site = host] = hostsOf(topology, 'api');
  const nodes = placesOf(topology, 'node').flatMap((node) => topology.places[node]?.address ?? []);
  const hosts = {
    HOST: host,
    SITE: site,
    ADMIN: hostsOf(topology, 'admin')[0],
    NODES: nodes.length === 0 ? undefined : nodes.join(','),
  };
  const said = Object.entries(hosts).filter((one): one is [string, string] => one[1] !== undefined);
  const environment = { TOKEN_SECRET: tokenSecret, ...Object.fromEntries(said) };
  const scripts = new Map<string, LoadScript>();
  for (const { id, load } of scenarios) {
    const files = suite.scenarios.flatMap((folder) =>
      ['ts', 'js'].map((end) => join(folder, 'load', `${load}.${end}`)),
    );
    const file = firstOf(files);
    if (file === undefined)
      throw new SimError('SIM_LOAD_INVALID', `scenario ${id}: no load script "${load}"`, {
        hint: `looked for ${files.map((one) => nameOf(one)).join(', ')}`,
      });
    const script = await readLoadScript(file, environment);
    const journeys = Object.keys(topology.journeys);
    const unknown = script.journeys.map((one) => one.journey).find((name) => !journeys.includes(name));
    if (unknown !== undefined)
      throw new SimError('SIM_LOAD_INVALID', `${nameOf(file)}: ${nameOf(suite.topology)} has no journey "${unknown}"`, {
        hint: `journeys: ${journeys.join(', ')}`,
      });
    scripts.set(load, script);
  }
  return scripts;
}
