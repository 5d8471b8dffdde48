/** Options that several commands take, parsed and checked in one place. */
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { closest } from 'fastest-levenshtein';
import { EXPECTED, nameOf } from './expected-file.ts';
import { REPORTS } from './run-folder.ts';

const path = (text: string): string => resolve(text);
/** Where runs are stored. */
export const outOption = (): Option =>
  new Option('--out <folder>', 'where runs are stored').argParser(path).default(REPORTS, nameOf(REPORTS));
/** What a run is compared with. */
export const expectedOption = (): Option =>
  new Option('--expected <file>', 'what a run is compared with, and what --update-expected writes')
    .argParser(path)
    .default(EXPECTED, nameOf(EXPECTED));

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
