/** Users' phones where they are a program of ours in the users' place: it drives the whole plan, open-loop. */
import { DNS_PORT } from '../../topology/load.ts';
import { dialledNodes, HTTP_PORT } from '../../topology/past-the-edge.ts';
import type { Topology } from '../../topology/schema.ts';
import type { Address, DriveReport, LoadPlan, Network, Outcome, PlannedRequest, Traffic } from './contract.ts';
import { endOf, type Message, type Talk } from './talk.ts';

/** The plan reaches the phones this long before its first instant. */
const LEAD_MS = 50;
/** Requests that travel in one line to the phones. */
const CHUNK = 500;
/** A plan may be endless: the phones are told this far ahead, and again after half of it. */
const AHEAD_MS = 30_000;

export interface Phones extends Pick<Talk, 'ready' | 'send'> {
  readonly exited: Promise<{ readonly code: number | null }>;
  /** What they printed last. */
  readonly lastLines: () => readonly string[] | Promise<readonly string[]>;
}

/** Which journeys ask for what, and where the nodes are that clients dial past the edge. */
export async function phonesConfig(
  topology: Topology,
  network: Network,
): Promise<{
  readonly oracles: Readonly<Record<string, string>>;
  readonly nodes: Readonly<Record<string, Address>>;
  readonly habits: Pick<Topology['users'], 'requestTimeoutMs' | 'keepAliveMs'>;
}> {
  const nodes = dialledNodes(topology).map(
    async ({ address, place }) =>
      [address, await network.addressOf({ place, port: HTTP_PORT }, topology.users.place)] as const,
  );
  return {
    oracles: Object.fromEntries(Object.entries(topology.journeys).map(([id, journey]) => [id, journey.oracle])),
    nodes: Object.fromEntries(await Promise.all(nodes)),
    habits: { requestTimeoutMs: topology.users.requestTimeoutMs, keepAliveMs: topology.users.keepAliveMs },
  };
}

/**
 * @param start  starts the phones; they tell what they saw to `hear`, one drive at a time
 * @returns `started` settles when they are started; who drives them waits for that in any case
 */
export function phonesTraffic(
  { topology, network }: { readonly topology: Topology; readonly network: Network },
  start: (hear: (message: Message) => void) => Promise<Phones>,
): { readonly traffic: Traffic; readonly started: Promise<unknown> } {
  let heard: (message: Message) => void = () => undefined;
  const started = start((message) => heard(message));
  // Whoever uses them is told why they are not there.
  started.catch(() => undefined);
  const end = ({ exited, lastLines }: Phones): Promise<never> => endOf("the phones' program", exited, lastLines);
  const ready = async (): Promise<Phones> => {
    const phones = await started;
    await Promise.race([phones.ready, end(phones)]);
    return phones;
  };
  const traffic: Traffic = {
    async askNamesAt(place) {
      const phones = await ready();
      phones.send({ names: await network.addressOf({ place, port: DNS_PORT }, topology.users.place) });
    },
    async drive(plan: LoadPlan, sink) {
      const phones = await ready();
      const done = Promise.withResolvers<DriveReport>();
      const started = Promise.withResolvers<void>();
      heard = (message) => {
        if (message['outcome'] !== undefined) sink(message['outcome'] as Outcome);
        else if (message['started'] === true) started.resolve();
        else if (message['done'] !== undefined) done.resolve(message['done'] as DriveReport);
      };
      const gone = new AbortController();
      end(phones).catch((error: unknown) => {
        gone.abort();
        done.reject(error);
        started.reject(error);
      });
      done.promise.catch(() => undefined);
      const told = feed(phones, plan, gone.signal);
      phones.send({ drive: { startInMs: LEAD_MS } });
      await started.promise;
      const stop = (): void => {
        clearInterval(told);
        phones.send({ stop: true });
      };
      return { stop, done: done.promise, [Symbol.asyncDispose]: () => Promise.resolve(stop()) };
    },
  };
  return { traffic, started };
}

/** Tells the phones what is due until `AHEAD_MS` from now, again and again until the plan is over, they are gone or the timer is cleared. */
function feed(phones: Phones, plan: LoadPlan, gone: AbortSignal): NodeJS.Timeout {
  const requests = plan.requests[Symbol.iterator]();
  let next = requests.next();
  let upToMs = AHEAD_MS / 2;
  const tell = (): void => {
    if (gone.aborted) return clearInterval(timer);
    upToMs += AHEAD_MS / 2;
    const due: PlannedRequest[] = [];
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
