/** One spelling for what people type in many: widths, digits of other scripts, dashes, blanks, apostrophes; in lower case. */
const ZERO_OF = (digit: string): number => {
  // Digits of a script stand in a row of ten, its zero first.
  let code = digit.codePointAt(0) ?? 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - 1)) && (digit.codePointAt(0) ?? 0) - code < 9) code--;
  return (digit.codePointAt(0) ?? 0) - code;
};
/** Without what nobody sees: soft hyphens, blanks of no width, marks that turn the direction. */
export const withoutUnseen = (text: string): string =>
  text.replaceAll(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/gu, '');
export const plainText = (text: string): string =>
  withoutUnseen(text)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/(?![0-9])\p{Nd}/gu, (digit) => String(ZERO_OF(digit)))
    .replaceAll(/[\p{Pd}−]/gu, '-')
    .replaceAll(/[‘’ʼ`´]/gu, "'")
    .replaceAll(/\s+/gu, ' ');
