/** Users' phones: one program of ours in the users' place that drives the whole plan, open-loop. */
import type { DriveReport, LoadPlan, Outcome, Traffic } from '../contract.ts';
import type { Part } from './part.ts';

/** The plan reaches the phones this long before its first instant. */
const LEAD_MS = 50;
/** Requests that travel in one line to the phones. */
const CHUNK = 500;

export interface Phones {
  readonly part: Part;
  /** Whom the phones' messages go to; one drive at a time. */
  onMessage: ((message: Readonly<Record<string, unknown>>) => void) | undefined;
}

export function dockerTraffic(phones: Phones): Traffic {
  return {
    async drive(plan: LoadPlan, sink) {
      await phones.part.ready;
      const done = Promise.withResolvers<DriveReport>();
      const started = Promise.withResolvers<void>();
      phones.onMessage = (message) => {
        if (message['outcome'] !== undefined) sink(message['outcome'] as Outcome);
        else if (message['started'] === true) started.resolve();
        else if (message['done'] !== undefined) done.resolve(message['done'] as DriveReport);
      };
      void phones.part.container.exited.then(({ code }) => {
        const error = new Error(`the phones' program ended with ${code}`);
        done.reject(error);
        started.reject(error);
      });
      done.promise.catch(() => undefined);
      const requests = [...plan.requests];
      for (let from = 0; from < requests.length; from += CHUNK)
        phones.part.send({ requests: requests.slice(from, from + CHUNK) });
      phones.part.send({ end: true });
      phones.part.send({ drive: { startInMs: LEAD_MS } });
      await started.promise;
      const stop = (): void => phones.part.send({ stop: true });
      return { stop, done: done.promise, [Symbol.asyncDispose]: () => Promise.resolve(stop()) };
    },
  };
}
