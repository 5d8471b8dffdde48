/**
 * Addresses of a twin's /16, one after the other and none twice: old tables still hold those of pods that are gone. Each use has
 * a third octet of its own; one that is used up goes on in the next that nobody has.
 */
import { SimError } from '../errors.ts';

/** The last octets that are given out; below and above are places' own. */
const [FIRST, LAST] = [2, 253];
/** Third octets: 255 has the broadcast address of the /16. */
const LAST_OCTET = 254;

export class Octets {
  private readonly prefix: string;
  private readonly latest = new Map<number, { octet: number; last: number }>();
  private spare: number;
  /** @param prefix  the first two octets. @param spare  the first third octet that nobody asks for */
  constructor(prefix: string, spare: number) {
    this.prefix = prefix;
    this.spare = spare;
  }
  /** @throws SimError `SIM_ADDRESS_TAKEN` when all are used up, after more than 20,000 */
  next(octet: number): string {
    const at = this.latest.get(octet) ?? { octet, last: FIRST - 1 };
    this.latest.set(octet, at);
    if (at.last === LAST) {
      if (this.spare > LAST_OCTET)
        throw new SimError('SIM_ADDRESS_TAKEN', `no address of ${this.prefix}.0.0/16 is left`, {
          hint: 'each pod takes new ones whenever it is replaced: end this twin and start another',
        });
      Object.assign(at, { octet: this.spare++, last: FIRST - 1 });
    }
    return `${this.prefix}.${at.octet}.${++at.last}`;
  }
}
