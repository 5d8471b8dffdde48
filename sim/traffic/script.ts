/** Reads a k6 load script: which journeys, at which rates, and what each iteration sends. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Options } from 'k6/options';
import { SimError } from '../errors.ts';
import { installK6Modules, KNOWN_MODULES, recorder, type RecordedRequest } from './k6/modules.ts';

export interface ScriptedJourney {
  readonly journey: string;
  readonly rateRps: number;
  /** What iteration `n` of `user` sends; a pure rendering, nothing leaves this process. */
  render(user: number, n: number): RecordedRequest;
}
export interface LoadScript {
  readonly file: string;
  readonly journeys: readonly ScriptedJourney[];
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  return match === null ? Number.NaN : Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? Number.NaN);
}

const invalid = (file: string, message: string, hint: string, cause?: unknown): SimError =>
  new SimError('SIM_LOAD_INVALID', `${file}: ${message}`, cause === undefined ? { hint } : { hint, cause });
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Modules that the script imports; what is imported for its types only is gone when the script runs. */
const importsOf = (source: string): string[] =>
  [...source.matchAll(/^\s*import\s(?!type\b)(?:[^'";]*?from\s*)?['"]([^'"]+)['"]/gm)].map((match) => match[1] ?? '');

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalid(file, `could not be read: ${messageOf(cause)}`, 'load scripts stand in scenarios/load/', cause);
  }
}
async function evaluate(file: string): Promise<{ options?: Options } & Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as { options?: Options } & Record<string, unknown>;
  } catch (cause) {
    throw invalid(file, `does not load: ${messageOf(cause)}`, `known modules: ${KNOWN_MODULES.join(', ')}`, cause);
  }
}

function render(file: string, scenario: string, run: () => unknown, user: number, n: number): RecordedRequest {
  const record = recorder();
  record.requests.length = 0;
  record.iteration = { vu: user, scenario, n };
  try {
    run();
  } catch (cause) {
    throw invalid(
      file,
      `scenario "${scenario}" breaks off: ${messageOf(cause)}`,
      'here each request is planned before any is sent, so its response is empty',
      cause,
    );
  }
  const [first, ...rest] = record.requests;
  if (first === undefined || rest.length > 0)
    throw invalid(
      file,
      `scenario "${scenario}" sends ${record.requests.length} requests in an iteration`,
      'our generator reads scripts with one request an iteration; k6 itself plays any',
    );
  const fault = faultOf(first);
  if (fault !== undefined) throw invalid(file, `scenario "${scenario}" ${fault.what}`, fault.hint);
  return first;
}

// An import of all of node:http would load undici, at each command's start.
const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http');

interface Fault {
  readonly what: string;
  readonly hint: string;
}
/** Why nobody could send it; told here, for a phone would find out in the middle of a play. */
function faultOf({ url: asked, headers, body }: RecordedRequest): Fault | undefined {
  const url = URL.canParse(asked) ? new URL(asked) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return {
      what: `asks for "${asked}", which is no address`,
      hint: 'https://HOST/PATH; http://NODE/PATH for past the edge',
    };
  if (url.port !== '') return { what: `asks for port ${url.port}`, hint: 'users reach the edge on 443, nodes on 80' };
  if (body !== undefined && typeof body !== 'string')
    return { what: 'sends a body that is no text', hint: 'JSON.stringify(…), with its Content-Type' };
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (cause) {
      return {
        what: `sends the header ${JSON.stringify(name)}: ${messageOf(cause)}`,
        hint: 'names and values of one line, without signs of control',
      };
    }
  }
  return undefined;
}

let hooked = false;
/**
 * @param environment  what the script finds in `__ENV`
 * @throws SimError `SIM_LOAD_INVALID` for executors, modules or iterations that our generator cannot read
 */
export async function readLoadScript(file: string, environment: Readonly<Record<string, string>>): Promise<LoadScript> {
  for (const name of importsOf(read(file))) {
    if (!name.startsWith('.') && !KNOWN_MODULES.includes(name))
      throw invalid(file, `module "${name}" is not read by our generator`, `known: ${KNOWN_MODULES.join(', ')}`);
  }
  if (!hooked) installK6Modules();
  hooked = true;
  (globalThis as { __ENV?: Record<string, string> }).__ENV = { ...environment };
  const module = await evaluate(file);
  const journeys: ScriptedJourney[] = [];
  for (const [name, scenario] of Object.entries(module.options?.scenarios ?? {})) {
    if (scenario.executor !== 'constant-arrival-rate')
      throw invalid(
        file,
        `scenario "${name}" uses executor "${scenario.executor}"`,
        'our generator reads: constant-arrival-rate',
      );
    const exec = scenario.exec ?? 'default';
    const run = module[exec];
    if (typeof run !== 'function')
      throw invalid(
        file,
        `scenario "${name}" calls "${exec}", which is not exported`,
        `exported: ${Object.keys(module).toSorted().join(', ')}`,
      );
    const perMs = durationMs(scenario.timeUnit ?? '1s');
    if (!(scenario.rate > 0) || !(perMs > 0))
      throw invalid(file, `scenario "${name}" has no positive rate`, 'rate: a number; timeUnit: such as "1s"');
    journeys.push({
      journey: exec,
      rateRps: (scenario.rate * 1_000) / perMs,
      render: (user, n) => render(file, name, run as () => unknown, user, n),
    });
  }
  if (journeys.length === 0)
    throw invalid(file, 'no scenarios in its options', 'export const options = { scenarios: { … } }');
  return { file, journeys };
}
