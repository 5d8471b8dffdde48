/**
 * How a Go HTTP server ends: `http.Server.Shutdown`. Its listeners close first, so that dials are refused; idle connections
 * end at once; a request under way is answered with `Connection: close`; a connection that never sent a request counts as
 * idle after 5 s. Traefik's entry points end in the same way, cut off after their grace time-out.
 * @see golang/go src/net/http/server.go: Shutdown, closeIdleConns, doKeepAlives, setState
 */
import type { HttpResponse } from './http-message.ts';

/** Shutdown takes a connection in StateNew for idle when it has been so for this long. */
export const NEW_COUNTS_AS_IDLE_MS = 5_000;

/** The connections of one HTTP/1.1 server, each new, active or idle; `C` is whatever its driver calls a connection. */
export class Connections<C> {
  readonly #states = new Map<C, 'new' | 'active' | 'idle'>();
  #draining = false;

  /** True from the shutdown on. */
  get draining(): boolean {
    return this.#draining;
  }
  get open(): number {
    return this.#states.size;
  }
  opened(connection: C): void {
    this.#states.set(connection, 'new');
  }
  asked(connection: C): void {
    this.#states.set(connection, 'active');
  }
  /** False when the connection ends with this answer. */
  answered(connection: C): boolean {
    if (this.#states.has(connection)) this.#states.set(connection, 'idle');
    return !this.#draining;
  }
  ended(connection: C): void {
    this.#states.delete(connection);
  }

  /** The listeners are closed. @returns the connections to end now */
  shutDown(): C[] {
    this.#draining = true;
    return this.#in('idle');
  }
  /** Those to end once `NEW_COUNTS_AS_IDLE_MS` have passed. */
  neverUsed(): C[] {
    return this.#in('new');
  }
  /** An answer as it leaves: while draining it says that its connection ends. */
  leaving(response: HttpResponse): HttpResponse {
    return this.#draining ? { ...response, headers: { ...response.headers, connection: 'close' } } : response;
  }

  #in(state: 'new' | 'idle'): C[] {
    return [...this.#states].filter(([, one]) => one === state).map(([connection]) => connection);
  }
}
