/** Memory that a program takes and keeps, as a leak does. Every page is written to: what nobody wrote is not resident. */
import { Growths, GROWTH_STEP_MS, GROWTH_STEPS, type NumberedGrowth } from '../behaviour/growth.ts';

export class Ballast {
  readonly #held: Buffer[] = [];
  readonly #growths = new Growths();

  /** A message on standard input: `{"grow": NumberedGrowth}`; an empty one ends it. Other messages are passed over. */
  obey(message: Readonly<Record<string, unknown>>): void {
    if (message['grow'] === undefined) return;
    const growth = message['grow'] as NumberedGrowth;
    const { bytes } = growth;
    if (!this.#growths.set(growth) || bytes === undefined) return;
    let steps = GROWTH_STEPS;
    const timer = setInterval(() => {
      if (steps-- <= 0 || !this.#growths.has(growth)) clearInterval(timer);
      else this.#take(bytes / GROWTH_STEPS);
    }, GROWTH_STEP_MS);
  }
  /** Called for each request that is served. */
  request(): void {
    this.#take(this.#growths.perRequestBytes);
  }
  #take(bytes: number): void {
    if (bytes > 0) this.#held.push(Buffer.alloc(Math.round(bytes), 1));
  }
}
