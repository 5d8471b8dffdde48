/** Each scenario that there is, on the model, with its phases cut as `--fast` cuts them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fast } from '../../sim/scenario/fast.ts';
import { bookWord, compare } from '../../sim/scenario/expectations.ts';
import { openPains, painDegree } from '../../sim/scenario/pain.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import type { RunSummary, Statement } from '../../sim/scenario/summary.ts';
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
/** As expectations are compared: another verdict, or another degree of pain than chance alone may bring about. */
export async function expectSameVerdicts(file: string, seed: number): Promise<void> {
  const scenario = await read(file);
  const statements = ({ scenarios }: RunSummary): Statement[] => scenarios.flatMap((one) => one.statements);
  const [atLength, shortened] = [
    await summaryOf({ scenario, seed }),
    await summaryOf({ scenario: await cut(scenario), seed }),
  ];
  const [whole, short] = [statements(atLength), statements(shortened)];
  const since = short.map(({ id, verdict, pain, counts }) => {
    const was = whole.find((one) => one.id === id);
    const expected = was && { book: bookWord(was.verdict), pain: was.pain, saw: was.reason };
    return [id, compare(expected, verdict, pain, openPains(counts, 0))];
  });
  expect(since).toEqual(whole.map(({ id }) => [id, { kind: 'same' }]));
  // What no document says is compared too.
  const untold = ({ scenarios }: RunSummary): (string | number)[][] =>
    scenarios.flatMap((one) => one.unmentioned.map(({ id, pain }) => [id, painDegree(pain)]));
  expect(untold(shortened)).toEqual(untold(atLength));
}
