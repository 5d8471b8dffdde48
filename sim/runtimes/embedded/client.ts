/** Users' phones: one process of ours that drives the whole plan, open-loop. */
import type { DriveReport, LoadPlan, Outcome, Traffic } from '../contract.ts';
import type { PartProcess } from './part-process.ts';

/** The plan reaches the phones this long before its first instant. */
const LEAD_MS = 50;
/** Requests that travel in one line to the phones. */
const CHUNK = 500;
/** A plan may be endless: the phones are told this far ahead, and again after half of it. */
const AHEAD_MS = 30_000;

export interface Phones {
  readonly process: PartProcess;
  /** Whom the phone's messages go to; one drive at a time. */
  onMessage: ((message: Readonly<Record<string, unknown>>) => void) | undefined;
}

/** @param phones  absent where the topology has no edge that a user could reach */
export function embeddedTraffic(phones: Phones | undefined): Traffic {
  return {
    async drive(plan: LoadPlan, sink) {
      if (phones === undefined) throw new Error('this topology has no edge: users reach nothing');
      await phones.process.ready;
      const done = Promise.withResolvers<DriveReport>();
      const started = Promise.withResolvers<void>();
      phones.onMessage = (message) => {
        if (message['outcome'] !== undefined) sink(message['outcome'] as Outcome);
        else if (message['started'] === true) started.resolve();
        else if (message['done'] !== undefined) done.resolve(message['done'] as DriveReport);
      };
      void phones.process.part.exited.then(({ code }) => {
        const error = new Error(`the phones' process ended with ${code}: ${phones.process.part.lines(5).join(' | ')}`);
        done.reject(error);
        started.reject(error);
      });
      done.promise.catch(() => undefined);
      const told = feed(phones.process, plan);
      phones.process.send({ drive: { startInMs: LEAD_MS } });
      await started.promise;
      const stop = (): void => {
        clearInterval(told);
        phones.process.send({ stop: true });
      };
      return { stop, done: done.promise, [Symbol.asyncDispose]: () => Promise.resolve(stop()) };
    },
  };
}

/** Tells the phones what is due until `AHEAD_MS` from now, again and again until the plan is over or the timer is cleared. */
function feed(phones: PartProcess, plan: LoadPlan): NodeJS.Timeout {
  const requests = plan.requests[Symbol.iterator]();
  let next = requests.next();
  let upToMs = AHEAD_MS / 2;
  const tell = (): void => {
    if (phones.part.exit !== undefined) return clearInterval(timer);
    upToMs += AHEAD_MS / 2;
    const due = [];
    for (; next.done !== true && next.value.atMs < upToMs; next = requests.next()) due.push(next.value);
    for (let from = 0; from < due.length; from += CHUNK) phones.send({ requests: due.slice(from, from + CHUNK) });
    if (next.done !== true) return;
    phones.send({ end: true });
    clearInterval(timer);
  };
  const timer = setInterval(tell, AHEAD_MS / 2);
  timer.unref();
  tell();
  return timer;
}
