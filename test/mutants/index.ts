/** All mutants. A new one: a few replacements in `api.ts` or `platform.ts`, and what they mean. */
import { API_MUTANTS } from './api.ts';
import type { Mutant } from './mutant.ts';
import { PLATFORM_MUTANTS } from './platform.ts';

export const MUTANTS: readonly Mutant[] = [...API_MUTANTS, ...PLATFORM_MUTANTS];
