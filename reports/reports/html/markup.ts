/** HTML that cannot be broken by what is put into it: every value is escaped, only markup made here is not. */
import { escapeMarkup } from '../inert.ts';

export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type Value = Markup | string | number | undefined | false | readonly Value[];

const render = (value: Value): string => {
  if (value instanceof Markup) return value.text;
  if (value === undefined || value === false) return '';
  return typeof value === 'object' ? value.map(render).join('') : escapeMarkup(String(value));
};

/** A template of HTML or SVG; attributes must be quoted in the template. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(strings.reduce((text, string, index) => text + render(values[index - 1]) + string));

/** Our own constants (style, script), never anything that came from outside. */
export const trusted = (text: string): Markup => new Markup(text);

/** A coordinate with at most one decimal. */
export const coordinate = (value: number): string => String(Math.round(value * 10) / 10);
