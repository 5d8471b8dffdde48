/** `rehearse` for programs: `twin rehearse` with its options as an object and its summary as the answer. */
import type { RunSummary } from '../scenario/summary.ts';
import { runTwin } from './command.ts';

/** Which suite is meant; without it the nearest `chaos/` above the current folder, else the reference suite. */
export interface SuiteOptions {
  /** The folder that holds cluster.yaml, scenarios/ and expected.yaml. */
  readonly dir?: string;
  /** Another topology than the folder's own. */
  readonly topology?: string;
}
export interface RehearseOptions extends SuiteOptions {
  /**
   * Your own api in the place of ours, on `embedded`: a line for `/bin/sh`, run in the current folder. docs/own-api.md says
   * what it must do. What is expected of it is kept under `apiName`, or under the line where there is none.
   */
  readonly api?: string;
  readonly apiName?: string;
  /** Values of the topology, changed for this once: `{ 'links.neon.rtt': '5ms', 'workloads.api.replicas': 1 }`. */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  /** Ids of scenarios; without them all that can be played on the topology. */
  readonly scenarios?: readonly string[];
  /** `embedded` (the default): real Postgres and Redis; `model`: virtual time, about a second. */
  readonly runtime?: 'embedded' | 'model' | 'docker';
  /** Draws users, delays and back-offs; default 7. */
  readonly seed?: number;
  /** Idle waits are this many times shorter; default 20. */
  readonly tempo?: number;
  /** Requests a second, all journeys together; default: as the load script says. */
  readonly rate?: number;
  /** Latency profile; default: the topology's. */
  readonly profile?: string;
  /** Twins side by side. */
  readonly parallel?: number;
  /** Phases only as long as proofs and counts need them. */
  readonly fast?: boolean;
  /** Only this part of all plays: `2/3`. */
  readonly shard?: string;
  /** What the run is compared with; default: the suite's expected.yaml. */
  readonly expected?: string;
  /** Accepts what this run saw. */
  readonly updateExpected?: boolean;
  /** Without the fault, or with it on a wrong target: nothing may be proven. */
  readonly control?: 'placebo' | 'sabotage';
  /** Where the run is stored; default `reports/out`. */
  readonly out?: string;
  /** Ends the run in order. */
  readonly signal?: AbortSignal;
}

/** `--name value` for each that is given. */
export const flags = (options: Readonly<Record<string, string | number | undefined>>): string[] =>
  Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));

/**
 * Plays scenarios and says what came of it; `exitCode` in the summary is that of the command line (0 as expected, 1
 * changed, 2 not proven, 3 not judged).
 * @throws TwinError when nothing could be said: invalid input, a runtime that is not there, a bug of ours
 */
export async function rehearse(options: RehearseOptions = {}): Promise<RunSummary> {
  return JSON.parse(await runTwin(['rehearse', '--json', ...argumentsOf(options)], options.signal)) as RunSummary;
}

/** The command line's words for these options. */
export function argumentsOf(options: RehearseOptions): string[] {
  const { scenarios = [], fast, updateExpected, control, set = {}, apiName, signal: _signal, ...valued } = options;
  return [
    ...scenarios,
    ...flags({ ...valued, 'api-name': apiName }),
    ...Object.entries(set).flatMap(([path, value]) => ['--set', `${path}=${String(value)}`]),
    ...(fast === true ? ['--fast'] : []),
    ...(updateExpected === true ? ['--update-expected'] : []),
    ...(control === undefined ? [] : [`--${control}`]),
  ];
}
