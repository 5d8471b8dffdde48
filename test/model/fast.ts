/** Each scenario that there is, on the model, with its phases cut as `--fast` cuts them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fast } from '../../sim/scenario/fast.ts';
import { painDegree } from '../../sim/scenario/pain.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { readLoadScript } from '../../sim/traffic/script.ts';
import honeydue from '../../topology/honeydue.ts';
import { summaryOf } from './play.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'scenarios');
export const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
export const read = async (file: string): Promise<Scenario> =>
  ((await import(join(FOLDER, file))) as { default: Scenario }).default;
export async function cut(scenario: Scenario): Promise<Scenario> {
  const script = await readLoadScript(join(FOLDER, 'load', `${scenario.load}.ts`), { TOKEN_SECRET: 'test' });
  const [short = scenario] = fast([scenario], new Map([[scenario.load, script]]), honeydue.users.patienceMs);
  return short;
}
/** What a comparison with expectations looks at: verdict and degree of pain. */
const told = ({ scenarios }: RunSummary): Record<string, string> =>
  Object.fromEntries(
    scenarios.flatMap(({ statements }) => statements.map((s) => [s.id, `${s.verdict}, pain ${painDegree(s.pain)}`])),
  );

export async function expectSameVerdicts(file: string, seed: number): Promise<void> {
  const scenario = await read(file);
  const whole = await summaryOf({ scenario, seed });
  expect(told(await summaryOf({ scenario: await cut(scenario), seed }))).toEqual(told(whole));
}
