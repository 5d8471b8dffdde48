/** What would make a row's statements come out otherwise. */
import type { Flip } from '../../sim/scenario/flips.ts';
import { painDegree } from '../../sim/scenario/pain.ts';
import type { ScenarioResult, Statement } from '../../sim/scenario/summary.ts';
import { html, type Markup } from './markup.ts';

/** Whether this very run saw a statement about the one variant come out otherwise for the other. */
function differs({ statements }: ScenarioResult, variant: string, other: string): boolean {
  const nameOf = (one: Statement): string => one.id.slice(`${one.scenario}/${one.variant}/`.length);
  const judged = statements.filter((one) => one.verdict !== 'inconclusive');
  const others = new Map(judged.filter((one) => one.variant === other).map((one) => [nameOf(one), one]));
  return judged.some((one) => {
    const beside = one.variant === variant ? others.get(nameOf(one)) : undefined;
    return beside !== undefined && (beside.verdict !== one.verdict || painDegree(beside.pain) !== painDegree(one.pain));
  });
}

/** A variant that was not played beside, or came to the same here, is left out. */
export function flipLines(flips: readonly Flip[], result: ScenarioResult, variant: string): Markup | undefined {
  const shown = flips.filter(({ to }) => to === undefined || differs(result, variant, to));
  const how = ({ set, to }: Flip): Markup =>
    set === undefined
      ? html`<span class="quiet">as in: ${result.plays.find((one) => one.variant === to)?.title}</span>`
      : html`<code class="quiet">--set ${set}</code>`;
  return shown.length === 0
    ? undefined
    : html`<ul class="plain-list">
        ${shown.map((one) => html`<li>${one.says} ${how(one)}</li>`)}
      </ul>`;
}
