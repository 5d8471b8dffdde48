/** Every exit code of the tool, in one place. Nothing else may end a command with 1. */
import type { ErrorCode } from '../errors.ts';

export const EXITS = {
  expected: 0,
  changed: 1,
  notProven: 2,
  notSteady: 3,
  invalidInput: 4,
  unavailable: 5,
  internal: 70,
  interrupted: 130,
} as const;
export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [0, 'as expected'],
  [1, 'something changed, or is new while CI is set; check: a sentence is wrong or a figure impossible'],
  [2, 'something is not proven; check: something could not be judged or played'],
  [3, 'the cluster was not steady before the fault: nothing was judged'],
  [4, 'invalid input: an option, a topology, a scenario, a document, your api'],
  [5, 'the runtime, or a running twin, is not available on this machine'],
  [70, 'a bug of ours; it says nothing about your cluster'],
  [130, 'ended by Ctrl-C; everything was cleaned up'],
];
const UNAVAILABLE: readonly ErrorCode[] = [
  'SIM_RUNTIME_UNAVAILABLE',
  'SIM_FETCH_FORBIDDEN',
  'SIM_ADDRESS_TAKEN',
  'SIM_START_TIMEOUT',
  'SIM_OUT_UNWRITABLE',
  'SIM_NOT_MODELLED',
  'SIM_NO_TWIN',
  'SIM_TOXIPROXY',
  'SIM_FAULT_FAILED',
];
/** Whether this runs in CI: a statement that nobody has accepted yet is a finding there. */
export const inCi = (): boolean => !['', 'false', undefined].includes(process.env['CI']);
/** The exit code of an error that a user can cause or meet. */
export const exitOf = (code: ErrorCode): number =>
  UNAVAILABLE.includes(code) ? EXITS.unavailable : EXITS.invalidInput;
