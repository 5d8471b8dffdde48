/** A stream that remembers what was written, and says of itself what a test wants. */
import { Writable } from 'node:stream';
import tty from 'node:tty';

export class FakeStream extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;
  /** The real one, which reads NO_COLOR and its kin. */
  getColorDepth(): number {
    return tty.WriteStream.prototype.getColorDepth.call(this);
  }
  constructor(isTTY: boolean, columns: number) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
