/** Memory that a program takes and keeps, as a leak does. Every page is written to: what nobody wrote is not resident. */
import { GROWTH_STEP_MS, GROWTH_STEPS } from '../behaviour/growth.ts';
import type { Growth } from '../runtimes/contract.ts';

export class Ballast {
  readonly #held: Buffer[] = [];
  #growth: Growth = {};
  #timer: NodeJS.Timeout | undefined;

  /** A message on standard input: `{"grow": Growth}`; an empty growth ends it. Other messages are passed over. */
  obey(message: Readonly<Record<string, unknown>>): void {
    if (message['grow'] === undefined) return;
    this.#growth = message['grow'] as Growth;
    clearInterval(this.#timer);
    const { bytes } = this.#growth;
    let steps = bytes === undefined ? 0 : GROWTH_STEPS;
    this.#timer = setInterval(() => {
      if (steps-- <= 0) clearInterval(this.#timer);
      else this.#take((bytes ?? 0) / GROWTH_STEPS);
    }, GROWTH_STEP_MS);
  }
  /** Called for each request that is served. */
  request(): void {
    this.#take(this.#growth.perRequestBytes ?? 0);
  }
  #take(bytes: number): void {
    if (bytes > 0) this.#held.push(Buffer.alloc(Math.round(bytes), 1));
  }
}
