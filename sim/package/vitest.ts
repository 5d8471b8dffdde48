/** `import … from 'cluster-twin/vitest'`: each scenario of a suite as a test. */
import { join, relative } from 'node:path';
import { test } from 'vitest';
import { troublesOf } from '../../reports/junit.ts';
import type { ListedScenario } from '../cli/listed.ts';
import { inCi } from '../cli/exits.ts';
import type { RunSummary } from '../scenario/summary.ts';
import { runTwin } from './command.ts';
import { flags, rehearse, type RehearseOptions } from './rehearse.ts';

export type TestOptions = Omit<RehearseOptions, 'signal' | 'updateExpected'>;

/** For each twin to come up and to be read at its end, and once for what a first run fetches: far beyond what they take. */
const BESIDE_MS = 60_000;
const timeoutMs = (one: ListedScenario | undefined): number =>
  (one?.lastsMs ?? 0) + BESIDE_MS * (1 + (one?.variants.length ?? 1));

/**
 * Registers a test for each scenario, which fails when an outcome is not the expected one (in CI also when it is on no
 * file), not proven or not judged, with the verdict's sentences as its message. Await it at the top of a test file.
 * @throws TwinError when the suite cannot be read
 */
export async function testScenarios(options: TestOptions = {}): Promise<void> {
  const { dir, topology } = options;
  const listed = JSON.parse(await runTwin(['list', '--json', ...flags({ dir, topology })])) as ListedScenario[];
  for (const id of options.scenarios ?? listed.map((one) => one.id)) {
    const one = listed.find((row) => row.id === id);
    test(one === undefined ? id : `${id}: ${one.title}`, { timeout: timeoutMs(one) }, async ({ signal }) => {
      const summary = await rehearse({ ...options, scenarios: [id], signal });
      const troubles = troublesOf(summary, { ci: inCi(), expectedFile: expectedFileOf(options) });
      if (troubles.length > 0) throw verdicts(troubles, summary, options);
    });
  }
}

const expectedFileOf = ({ dir = '', expected = join(dir, 'expected.yaml') }: TestOptions): string =>
  relative(process.cwd(), expected);

/** Not where in our code it was thrown: that says nothing to whoever reads the test's result. */
function verdicts(troubles: ReturnType<typeof troublesOf>, summary: RunSummary, options: TestOptions): Error {
  const told = troubles.map((one) => `${one.classname}: ${one.message}\n${one.text}`);
  const report = join(options.out ?? join('reports', 'out'), summary.runId, 'index.html');
  const error = new Error([...told, `report ${report}`].join('\n\n'));
  error.stack = '';
  return error;
}
