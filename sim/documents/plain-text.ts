/** One spelling for what people type in many: widths, digits of other scripts, dashes, blanks, apostrophes; in lower case. */
const ZERO_OF = (digit: string): number => {
  // Digits of a script stand in a row of ten, its zero first.
  let code = digit.codePointAt(0) ?? 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - 1)) && (digit.codePointAt(0) ?? 0) - code < 9) code--;
  return (digit.codePointAt(0) ?? 0) - code;
};
export const plainText = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/(?![0-9])\p{Nd}/gu, (digit) => String(ZERO_OF(digit)))
    .replaceAll(/[\p{Pd}−]/gu, '-')
    .replaceAll(/[‘’ʼ`´]/gu, "'")
    .replaceAll(/\s+/gu, ' ');
