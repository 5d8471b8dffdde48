/**
 * Where a command finds what it plays. The rule, here and nowhere else:
 *
 *   1. `--dir FOLDER` names a suite's folder; `--topology FILE` a topology in or outside of it, whose folder is the suite
 *      when no other is named.
 *   2. Else it is the nearest `chaos/` that holds a topology: in this folder or one above, up to the repository's top.
 *   3. Else the reference suite: the cluster, the scenarios and the expectations that come with the tool.
 *
 *   chaos/cluster.yaml             the topology (or .yml, .ts, .js); its document lies where it says
 *   chaos/scenarios/ID.ts          scenarios (or .js), beside the reference ones; one with the same id takes its place
 *   chaos/scenarios/load/NAME.ts   load scripts (or .js), likewise
 *   chaos/expected.yaml            what a run is compared with
 */
import { existsSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SimError } from '../errors.ts';
import { CODE, firstOf, nameOf, ROOT } from './paths.ts';
import { shellWord } from './shell-word.ts';

export interface Suite {
  /** The topology's file. */
  readonly topology: string;
  /** Folders of scenarios, each with a folder `load`; what is in an earlier one hides what is in a later one. */
  readonly scenarios: readonly string[];
  readonly expected: string;
  /** False for the reference suite. */
  readonly isOwn: boolean;
  /** What a command must be given to find this suite again. */
  readonly args: readonly string[];
}
export interface SuiteOptions {
  readonly dir?: string;
  readonly topology?: string;
}

export const SUITE_FOLDER = 'chaos';
const TOPOLOGIES = ['cluster.yaml', 'cluster.yml', 'cluster.ts', 'cluster.js'];
/** What comes with the tool. */
export const REFERENCE: Suite = {
  topology: join(ROOT, 'topology', `honeydue${CODE}`),
  scenarios: [join(ROOT, 'scenarios')],
  expected: join(ROOT, 'scenarios', 'expected.yaml'),
  isOwn: false,
  args: [],
};
const topologyIn = (folder: string): string | undefined => firstOf(TOPOLOGIES.map((name) => join(folder, name)));

/** The folder of the repository that this one is in. */
const repositoryOf = (folder: string): string | undefined =>
  existsSync(join(folder, '.git')) ? folder : dirname(folder) === folder ? undefined : repositoryOf(dirname(folder));
/** A file as messages call it (`nameOf`), as the forge knows it: from the root of what it checked out. Undefined for one outside of that. */
export function forgeName(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const file = [resolve(name), resolve(ROOT, name)].find((one) => existsSync(one)) ?? resolve(name);
  const workspace = env['GITHUB_WORKSPACE'];
  const root = workspace === undefined || workspace === '' ? repositoryOf(dirname(file)) : resolve(workspace);
  const path = root === undefined ? undefined : relative(root, file);
  return path === undefined || /^\.\.|(?:^|\/)node_modules\//.test(path) ? undefined : path;
}

/** The nearest suite above a folder; not beyond the repository that the folder is in. */
function nearest(from: string): string | undefined {
  const folder = join(from, SUITE_FOLDER);
  if (topologyIn(folder) !== undefined) return folder;
  return existsSync(join(from, '.git')) || dirname(from) === from ? undefined : nearest(dirname(from));
}

/**
 * The suite that a command means. From here on its files are read as ES modules, whatever the package around them says,
 * and `cluster-twin` in them is the twin that reads them.
 * @throws SimError `SIM_TOPOLOGY_INVALID` when the named folder or file is not there
 */
export function openSuite({ dir, topology }: SuiteOptions): Suite {
  const folder = dir ?? (topology === undefined ? nearest(process.cwd()) : dirname(topology));
  if (folder === undefined) return REFERENCE;
  const file = topology ?? topologyIn(folder);
  if (file === undefined)
    throw new SimError('SIM_TOPOLOGY_INVALID', `${nameOf(folder)}: no topology in it`, {
      hint: `one of ${TOPOLOGIES.join(', ')}; npx twin init writes one into ${SUITE_FOLDER}/`,
    });
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory() === true)
    throw new SimError('SIM_TOPOLOGY_INVALID', `${nameOf(file)} is a folder`, {
      hint: `--dir ${shellWord(nameOf(file))} takes the suite in it; --topology wants a file, ${TOPOLOGIES.join(' or ')}`,
    });
  if (found?.isFile() !== true) throw new SimError('SIM_TOPOLOGY_INVALID', `${nameOf(file)}: there is no such file`);
  adopt(folder);
  return {
    topology: file,
    scenarios: [join(folder, 'scenarios'), ...REFERENCE.scenarios],
    expected: join(folder, 'expected.yaml'),
    isOwn: true,
    args: [
      ...(dir === undefined ? [] : [`--dir ${shellWord(nameOf(resolve(dir)))}`]),
      ...(topology === undefined ? [] : [`--topology ${shellWord(nameOf(resolve(topology)))}`]),
    ],
  };
}

const PACKAGE = pathToFileURL(join(ROOT, 'sim', 'package', `index${CODE}`)).href;
const FORMATS: Readonly<Record<string, string>> = { ts: 'module-typescript', js: 'module' };

function adopt(folder: string): void {
  const own = `${pathToFileURL(folder).href}/`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'cluster-twin' ? { url: PACKAGE, shortCircuit: true } : next(specifier, context),
    load(url, context, next) {
      const format = url.startsWith(own) ? FORMATS[url.slice(-2)] : undefined;
      return next(url, format === undefined ? context : { ...context, format });
    },
  });
}
