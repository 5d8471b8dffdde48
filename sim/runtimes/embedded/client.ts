/** Users' phones: one process of ours that drives the whole plan, open-loop. */
import type { DriveReport, LoadPlan, Outcome, Traffic } from '../contract.ts';
import type { PartProcess } from './part-process.ts';

/** The plan reaches the phones this long before its first instant. */
const LEAD_MS = 50;
/** Requests that travel in one line to the phones. */
const CHUNK = 500;

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
      const requests = [...plan.requests];
      for (let from = 0; from < requests.length; from += CHUNK)
        phones.process.send({ requests: requests.slice(from, from + CHUNK) });
      phones.process.send({ end: true });
      phones.process.send({ drive: { startInMs: LEAD_MS } });
      await started.promise;
      const stop = (): void => phones.process.send({ stop: true });
      return { stop, done: done.promise, [Symbol.asyncDispose]: () => Promise.resolve(stop()) };
    },
  };
}
