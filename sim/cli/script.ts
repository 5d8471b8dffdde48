/** `node scenarios/x.ts` does what `twin rehearse x` does. */
import type { Scenario } from '../scenario/scenario.ts';
import { main } from './main.ts';

/** Runs the command line with this scenario first; ends the process with its exit code. */
export async function runAsScript(scenario: Scenario): Promise<void> {
  process.exitCode = await main(['rehearse', scenario.id, ...process.argv.slice(2)]);
}
