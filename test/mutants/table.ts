/** A study in words: a line while it goes on, a table at its end. */
import { duration } from '../../sim/scenario/phrases.ts';
import type { Accusation } from './accusations.ts';
import type { MutantResult, Study, TwinResult } from './study.ts';

const WIDTH = { name: 24, statement: 44, told: 110 } as const;
const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);
const others = (count: number): string => (count > 1 ? ` +${count - 1}` : '');
const told = ({ how, told }: Accusation): string => cut(`${how}: ${told}`, WIDTH.told);

export function twinLine({ runtime, seed, scenarios, accused: [first] }: TwinResult): string {
  const what = `unpatched, ${runtime}, seed ${seed}, ${scenarios.length === 0 ? 'all scenarios' : scenarios.join(' ')}`;
  return first === undefined ? `${what}: as expected` : `${what}: ACCUSED by ${first.statement}, ${told(first)}`;
}
export function mutantLine({ mutant, runtime, seed, caughtBy, broke }: MutantResult): string {
  const [first] = caughtBy;
  const name = mutant.name.padEnd(WIDTH.name);
  if (broke !== undefined) return `${name}  BROKE     ${broke}`;
  if (first === undefined)
    return `${name}  SURVIVED  ${mutant.means}${mutant.asks === undefined ? '' : `. to catch it: ${mutant.asks}`}`;
  const by = `${first.statement}${others(caughtBy.length)}${runtime === 'model' ? '' : ` (${runtime})`}${seed === 1 ? '' : ` (seed ${seed})`}`;
  return `${name}  ${by.padEnd(WIDTH.statement)}  ${told(first)}`;
}

export function table({ twin, mutants }: Study, tookMs: number): string {
  const caught = mutants.filter((one) => one.caughtBy.length > 0).length;
  const accused = twin.filter((one) => one.accused.length > 0).length;
  return [
    `${'MUTANT'.padEnd(WIDTH.name)}  CAUGHT BY`,
    ...mutants.map(mutantLine),
    `${caught} of ${mutants.length} mutants caught. The unpatched twin was accused in ${accused} of ${twin.length} runs. ${duration(tookMs)}`,
    '',
  ].join('\n');
}
