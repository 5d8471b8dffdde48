/** One line of `twin list --json`. */
export interface ListedScenario {
  readonly id: string;
  readonly title: string;
  readonly layer: string;
  readonly variants: readonly string[];
  /** All variants, one after another. */
  readonly lastsMs: number;
  readonly about: string;
}
