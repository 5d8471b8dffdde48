/** What every toxic is made of. One toxic is one file of this folder; `index.ts` is the registry. */
import type { Stub } from '../stub.ts';

export type Direction = 'upstream' | 'downstream';

/** The kinds an attribute may have, in the words Go uses for them in its error messages. */
export type FieldKind = 'int64' | 'int' | 'string';

/** Attributes as they stand in JSON; an update changes them in place, so that running pipes see it. */
export type Attributes = Record<string, number | string>;

/** What a toxic knows of the connection it acts on. */
export interface Lane {
  readonly direction: Direction;
  /** 1 for the first connection a proxy accepted, and so on. */
  readonly ordinal: number;
  /** Nothing has crossed in this direction yet. */
  readonly fresh: boolean;
}

/** One run of a toxic on one direction of one connection. Chunks come one at a time, never while the stub is busy. */
export interface Pipe {
  /** Called once, before the first chunk. */
  start?(): void;
  chunk(chunk: Chunk): void;
  /** The source has ended and every chunk before was handed over. */
  end(): void;
  /**
   * The run ends because a toxic was added, updated or removed here: let go what is in hand, without its delay.
   * The stub then cancels its timers. `false` means that this run cannot be interrupted.
   */
  interrupt?(): boolean | void;
}

/** Bytes and the instant they were received (or left the toxic before), on the scale of `performance.now()`. */
export interface Chunk {
  data: Buffer;
  atMs: number;
}

/** `fin`: the source sent FIN. `reset`: it sent RST. `close`: a toxic closes the connection, both ways. */
export type End = 'fin' | 'reset' | 'close';

export interface ToxicType<A extends Attributes = Attributes, S = unknown> {
  readonly type: string;
  /** Name and kind of each attribute, in the order they are shown; 0 or '' when not given. */
  readonly fields: { readonly [K in keyof A]: FieldKind };
  /** Chunks (of at most 32 KiB) that may wait at this toxic before the source is read no further; default 1. */
  readonly bufferChunks?: number;
  /** Runs on through edits of the chain and draws its toxicity once; only its removal interrupts it. Extensions only. */
  readonly steady?: true;
  /** Connections opened while this toxic is in the chain are closed with RST. */
  readonly closesWithReset?: true;
  /** Message of a 400 when attributes contradict each other; stock toxics accept everything. */
  check?(attributes: A): string | undefined;
  /** State that lives as long as the toxic is on the connection, through updates. */
  newState?(attributes: A, lane: Lane): S;
  pipe(stub: Stub, attributes: A, state: S): Pipe;
  /** Called on each connection when the toxic is removed, also where the toxicity had spared it. */
  cleanup?(stub: Stub): void;
}

/** A toxic as it stands in a proxy's chain. */
export interface Toxic {
  readonly name: string;
  readonly stream: string;
  readonly direction: Direction;
  readonly definition: ToxicType;
  readonly attributes: Attributes;
  toxicity: number;
}

/** Forgets the type of the attributes, so that differing toxics fit one registry; `decode` has checked them by `fields`. */
export const defineToxic = <A extends Attributes, S>(definition: ToxicType<A, S>): ToxicType => definition;
