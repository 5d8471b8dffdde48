/** How long a conformance case waits for what it expects: what is to be heard may come late on a busy machine, silence may not. */
import type { Saw } from '../../sim/runtimes/contract.ts';

/** Silence is believed after this long. */
export const SILENCE_MS = 600;
/** Far beyond anything but a defect, also while TCP repeats what got lost. */
export const FAR_MS = 30_000;
export const patienceFor = (expected: Saw): number => (expected.endsWith('-silent') ? SILENCE_MS : FAR_MS);
