/** What a mutant is: a defect somebody could well introduce, as a few small replacements in a copy of the project. */

export interface Patch {
  /** From the project's root. */
  readonly file: string;
  /** Stands there exactly once, or the list of mutants is out of date. */
  readonly find: string;
  readonly replace: string;
}
export interface Mutant {
  readonly name: string;
  /** Whose defect it is: the reference api's (its clients included), or that of a part of the platform. */
  readonly of: 'api' | 'platform';
  /** What the patched program does, in words. */
  readonly means: string;
  readonly patches: readonly Patch[];
  /** Lives in a program that the model does not run: this scenario alone is then played on the embedded runtime. */
  readonly live?: string;
  /** Of one that is known to survive: what would have to be asked to catch it. */
  readonly asks?: string;
}

/** The text with one patch in it. @throws Error when what is to be replaced does not stand there exactly once */
export function patched(text: string, { file, find, replace }: Patch): string {
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`${file}: ${JSON.stringify(find)} stands there ${times} times, not once`);
  return text.replace(find, () => replace);
}

/** What is wrong with a list of mutants; empty when every patch of each can be applied, one after the other. */
export function problemsOf(mutants: readonly Mutant[], read: (file: string) => string): string[] {
  const names = mutants.map((one) => one.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...twice.map((name) => `${name}: two mutants have this name`),
    ...mutants.flatMap((one) => misfitOf(one, read)),
  ];
}
function misfitOf({ name, patches }: Mutant, read: (file: string) => string): string[] {
  const texts = new Map<string, string>();
  try {
    for (const patch of patches) texts.set(patch.file, patched(texts.get(patch.file) ?? read(patch.file), patch));
    return [];
  } catch (error) {
    return [`${name}: ${(error as Error).message}`];
  }
}
