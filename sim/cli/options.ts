/** Options that several commands take, parsed and checked in one place. */
import { InvalidArgumentError } from 'commander';
import { closest } from 'fastest-levenshtein';

/** A parser of one of several words, with the nearest one in the error. */
export const oneOf =
  <T extends string>(choices: readonly T[]) =>
  (text: string): T => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined)
      throw new InvalidArgumentError(`did you mean ${closest(text, [...choices])}? choices: ${choices.join(', ')}`);
    return found;
  };

/** A parser of a number within bounds. */
export const numberBetween =
  (least: number, most: number, whole: boolean) =>
  (text: string): number => {
    const value = Number(text);
    if (
      text.trim() === '' ||
      !Number.isFinite(value) ||
      value < least ||
      value > most ||
      (whole && !Number.isInteger(value))
    ) {
      throw new InvalidArgumentError(`a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
    }
    return value;
  };
