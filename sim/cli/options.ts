/** Options that several commands take, parsed and checked in one place. */
import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { closest } from 'fastest-levenshtein';
import type { Shard } from '../scenario/fast.ts';
import { nameOf, REPORTS } from './paths.ts';
import { shellWord } from './shell-word.ts';
import { SUITE_FOLDER } from './suite.ts';

const path = (text: string): string => resolve(text);
/** Where runs are stored. */
export const outOption = (): Option =>
  new Option('--out <folder>', 'where runs are stored').argParser(path).default(REPORTS, nameOf(REPORTS));
/** What a run is compared with, unless it is what the suite says. */
export const expectedOption = (): Option =>
  new Option(
    '--expected <file>',
    "what a run is compared with, and what --update-expected writes (default: the suite's expected.yaml)",
  ).argParser(path);
/** Lets a command be told which suite is meant: see suite.ts. */
export function addSuiteOptions(command: Command): void {
  const dir = `the suite's folder: topology, scenarios, expectations (default: the nearest ${SUITE_FOLDER}/, else the reference suite)`;
  command.addOption(new Option('--dir <folder>', dir).argParser(path));
  command.addOption(new Option('--topology <file>', "another topology than the suite's").argParser(path));
}

export interface SetOptions {
  readonly set?: readonly string[];
}
/** Lets a command change single values of the topology for this once. */
export const setOption = (): Option =>
  new Option(
    '--set <path=value>',
    'change a value of the topology for this once, as in links.neon.rtt=5ms or workloads.api.replicas=1; may be repeated',
  ).argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
/** What was set, to be pasted into a shell. */
export const setArguments = ({ set = [] }: SetOptions): string[] => set.map((one) => `--set ${shellWord(one)}`);

/** Idle waits of a live run are this many times shorter unless `--tempo` says otherwise. */
export const LIVE_TEMPO = 20;

/** A parser of one of several words, with the nearest one in the error. */
export const oneOf =
  <T extends string>(choices: readonly T[]) =>
  (text: string): T => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined)
      throw new InvalidArgumentError(`did you mean ${closest(text, [...choices])}? choices: ${choices.join(', ')}`);
    return found;
  };

/** A parser of one of several parts: `2/3`. */
export function part(text: string): Shard {
  const [, nth, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text.trim())?.map(Number) ?? [];
  if (nth === undefined || of === undefined || nth < 1 || nth > of)
    throw new InvalidArgumentError('a part and how many there are, as in 2/3: from 1/3 to 3/3');
  return { nth, of };
}

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
