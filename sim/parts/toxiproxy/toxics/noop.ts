import type { Stub } from '../stub.ts';
import { defineToxic, type Pipe } from './toxic.ts';

/** Lets everything pass; also what runs where a draw of the toxicity spares the connection. */
export const passThrough = (stub: Stub): Pipe => ({
  chunk: (chunk) => stub.emit(chunk),
  end: () => stub.passEnd(),
});

/** Accepted as a type, does nothing. @see toxiproxy 2.12 toxics/noop.go */
export const noop = defineToxic({ type: 'noop', fields: {}, pipe: passThrough });
