/** Figures as people write them. */

/** "1,140" is a thousand and more, "0,6" and "0,600" are less than one. NaN where it is no figure. */
export const valueOf = (digits: string): number =>
  Number(/^[1-9]\d{0,2}(?:,\d{3})+$/.test(digits) ? digits.replaceAll(',', '') : digits.replace(',', '.'));
