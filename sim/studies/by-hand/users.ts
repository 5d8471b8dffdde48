/** What users see just now, from the requests due and their ends as they come in. Knows nothing of faults. */
import type { Outcome, PlannedRequest } from '../../runtimes/contract.ts';
import { ascending, percentile } from '../../checkers/statistics.ts';

export interface UsersView {
  /** Requests that ended in the window, and those that have waited longer than users' patience. */
  readonly of: number;
  /** Right answers within the users' patience. */
  readonly ok: number;
  /** Over what ended and what still waits; undefined when there is neither. */
  readonly p95Ms: number | undefined;
  /** The 95th percentile still waits: it will be more than `p95Ms`. */
  readonly isMore: boolean;
}
/** What ended this long ago is no longer "now". */
const WINDOW_MS = 5_000;
/** Ends are remembered this long. */
const KEPT_MS = 90_000;
/** Users are served again when for this long no request was due that failed or still waits. */
const SETTLED_MS = 1_500;

interface Ended {
  readonly dueMs: number;
  readonly endedMs: number;
  readonly isOk: boolean;
  readonly tookMs: number;
}

export class Users {
  private readonly patienceMs: number;
  private readonly waiting = new Map<string, number>();
  private ended: Ended[] = [];
  total = 0;
  failed = 0;
  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** The same requests; each is known from here on. */
  *following(requests: Iterable<PlannedRequest>): Generator<PlannedRequest, void> {
    for (const request of requests) {
      this.waiting.set(request.requestId, request.atMs);
      yield request;
    }
  }
  end(outcome: Outcome): void {
    this.waiting.delete(outcome.requestId);
    const { atMs: dueMs, tookMs } = outcome;
    const isOk = outcome.end === 'ok' && tookMs <= this.patienceMs;
    this.total++;
    if (!isOk) this.failed++;
    this.ended.push({ dueMs, endedMs: dueMs + tookMs, isOk, tookMs });
    if (this.ended[0] !== undefined && this.ended[0].endedMs < dueMs + tookMs - 2 * KEPT_MS)
      this.ended = this.ended.filter((one) => one.endedMs > dueMs + tookMs - KEPT_MS);
  }

  view(nowMs: number): UsersView {
    const now = this.ended.filter((one) => one.endedMs > nowMs - WINDOW_MS);
    const ages = [...this.waiting.values()].filter((dueMs) => dueMs <= nowMs).map((dueMs) => nowMs - dueMs);
    const late = ages.filter((age) => age > this.patienceMs);
    const p95Ms = percentile(ascending([...now.map((one) => one.tookMs), ...ages.filter((age) => age > 1_000)]), 0.95);
    return {
      of: now.length + late.length,
      ok: now.filter((one) => one.isOk).length,
      p95Ms,
      isMore: p95Ms !== undefined && ages.includes(p95Ms),
    };
  }

  /** Milliseconds from `fromMs` until the first request from which on all were served; undefined while that can not be said. */
  servedAgainAfter(fromMs: number, nowMs: number): number | undefined {
    const since = this.ended.filter((one) => one.dueMs >= fromMs);
    const stuck = [...this.waiting.values()].filter((dueMs) => dueMs >= fromMs && dueMs < nowMs - SETTLED_MS);
    const bad = Math.max(fromMs, ...since.filter((one) => !one.isOk).map((one) => one.dueMs), ...stuck);
    const good = since.filter((one) => one.isOk && one.dueMs > bad).map((one) => one.dueMs);
    if (good.length === 0 || nowMs - bad < SETTLED_MS) return undefined;
    return bad === fromMs ? 0 : Math.min(...good) - fromMs;
  }
}
