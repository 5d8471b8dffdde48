/**
 * Makes any text harmless in the place where it is shown. Names, cells of documents and bodies of answers come from
 * outside: in every report they are text and nothing else.
 */
import { stripVTControlCharacters } from 'node:util';

/** Controls (C0, C1), line and paragraph separators, and marks that turn the reading direction or are invisible. */
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g;

/** One line of text without escape sequences and control characters; a lone half of a surrogate pair becomes U+FFFD. */
export function plain(text: string): string {
  const spaced = stripVTControlCharacters(text.toWellFormed()).replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ');
  return spaced.replaceAll(CONTROLS, '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML or XML, as content or inside a quoted attribute. The result holds only characters XML 1.0 allows. */
export const escapeMarkup = (text: string): string =>
  plain(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** Text for a Markdown paragraph or table cell: no link, image, emphasis, code, HTML, entity or cell border survives. */
export const escapeMarkdown = (text: string): string =>
  plain(text)
    .trim()
    .replaceAll(/[\\`*_[\]<>#|~&@$]/g, String.raw`\$&`)
    .replaceAll('://', String.raw`\://`)
    .replaceAll(/(www)\./gi, String.raw`$1\.`);

/** Text for the message of a GitHub workflow command; a property (file, title) may hold neither `:` nor `,`. */
export const escapeCommand = (text: string): string => plain(text).replaceAll('%', '%25');
export const escapeCommandProperty = (text: string): string =>
  escapeCommand(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Text as an address within a page: `redis-down-hung`. May be empty for a text without Latin letters or digits. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
