/** What comes from outside of a twin: a person's own api, clients and acts. Types of the contract and of the journal. */

/** One thing that an api has to keep, held against what the user's own one did before any user came: docs/own-api.md. */
export interface Clause {
  readonly clause: 'DATABASE_URL' | 'REDIS_URL' | 'journey' | 'seed' | 'auth' | 'own tasks' | 'X-Cache';
  /** Which journey, where it is about one. */
  readonly journey?: string;
  readonly kept: boolean;
  /** In words, what was asked and what came: "GET / got 404". */
  readonly saw: string;
}
/** What it was seen to keep in one play. */
export interface ContractEntry {
  readonly kind: 'contract';
  readonly atMs: number;
  readonly play: string;
  readonly clauses: readonly Clause[];
}
/** A person did something that is neither a fault nor an operation: a request, a guess, a hint. */
export interface ActEntry {
  readonly atMs: number;
  readonly play: string;
  readonly kind: 'act';
  readonly text: string;
}

/** How a person's own programs reach the twin from this machine. Addresses come from `Network.addressOf`. */
export interface Doors {
  /** Closed to other users; gone with the twin. */
  readonly folder: string;
  /** PEM of the authority that signed the certificates of the edge and of Postgres. */
  readonly caFile: string;
  readonly database: { readonly user: string; readonly password: string; readonly name: string };
}
