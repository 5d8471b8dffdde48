/** Arbitrary texts of the kind that break reports: markup, Markdown, control characters, halves of surrogate pairs. */
import * as fc from 'fast-check';

export { fc };
const SPICES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  ']]>',
  '&lt;',
  '&#x0;',
  '| a | b |',
  '[x](javascript:alert(1))',
  '![x](https://example.com/x.png)',
  '`',
  '**',
  '\u001B[2J',
  '\u0000',
  '\u0008',
  '\uD800',
  '\uFFFE',
  '\u202E',
  '\r\n::error::x',
  '%0A',
  '${1}',
  '{{x}}',
  '<!--',
  '--> ',
  '漢字',
  '👩‍👩‍👧',
  'é',
  '\\',
  '  ',
];
const UNIT = fc.oneof(
  fc.constantFrom(...SPICES),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ maxLength: 6 }),
);
export const hostile: fc.Arbitrary<string> = fc.array(UNIT, { maxLength: 6 }).map((parts) => parts.join(''));
/** As `hostile`, with at least one visible character: an empty cell is another shape than a filled one. */
export const hostileWord: fc.Arbitrary<string> = hostile.map((text) => `a${text}b`);
