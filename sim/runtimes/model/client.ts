/** Users' phones in virtual time: open-loop, latency from the scheduled instant. */
import { phoneRequest, phoneState, type PhonePart, type PhoneState } from '../../behaviour/phone.ts';
import { phoneHop, Tally } from '../../behaviour/tally.ts';
import { DNS_PORT } from '../../../topology/load.ts';
import { dialledNodes, HTTP_PORT } from '../../../topology/past-the-edge.ts';
import type { DriveReport, LoadPlan, Outcome, PlannedRequest, Traffic } from '../contract.ts';
import { hostOf, publicNames } from './hosts.ts';
import { run, world, type World } from './driver.ts';
import type { PodContext } from './pod.ts';

export function modelTraffic(context: PodContext): Traffic {
  const place = context.topology.users.place;
  const dns = { host: publicNames(context.topology), port: DNS_PORT };
  const w: World = world({
    queue: context.queue,
    network: context.network,
    place,
    prng: context.prng.split('phones'),
    dns,
  });
  const nodes = new Map(
    dialledNodes(context.topology).map(({ address, place: node }) => [
      address,
      { host: hostOf({ place: node, port: HTTP_PORT }), port: HTTP_PORT },
    ]),
  );
  const phones = new Map<number, PhoneState>();
  const phoneOf = (user: number): PhoneState => {
    let phone = phones.get(user);
    if (phone === undefined) phones.set(user, (phone = phoneState(nodes, context.topology.users)));
    return phone;
  };
  return {
    askNamesAt(at) {
      dns.host = hostOf({ place: at, port: dns.port });
      return Promise.resolve();
    },
    drive(plan: LoadPlan, sink) {
      const requests = plan.requests[Symbol.iterator]();
      let coming = requests.next();
      const done = Promise.withResolvers<DriveReport>();
      let [sent, underWay, stopped] = [0, 0, false];
      const startMs = context.queue.nowMs;
      const finishIfOver = (): void => {
        if (underWay === 0 && (stopped || coming.done === true))
          done.resolve({ scheduled: sent, sent, dropped: 0, lagP99Ms: 0 });
      };
      const send = (request: PlannedRequest): void => {
        underWay++;
        const oracle = context.topology.journeys[request.journey]?.oracle ?? 'status';
        const lower = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
        const tally = new Tally();
        const fromMs = context.queue.nowMs;
        const ended = (part: PhonePart): void => {
          underWay--;
          const sent = phoneHop(tally, `user ${request.user}`, context.queue.nowMs - fromMs);
          const outcome: Outcome = {
            requestId: request.requestId,
            journey: request.journey,
            user: request.user,
            atMs: request.atMs,
            tookMs: context.queue.nowMs - startMs - request.atMs,
            ...part,
            hops: [sent, ...part.hops],
          };
          sink(outcome);
          finishIfOver();
        };
        run(w, phoneRequest(phoneOf(request.user), { ...request, headers: lower }, oracle), ended, tally);
      };
      const arm = (): void => {
        if (coming.done === true || stopped) return finishIfOver();
        const request = coming.value;
        context.queue.after(startMs + request.atMs - context.queue.nowMs, () => {
          if (stopped) return finishIfOver();
          sent++;
          coming = requests.next();
          send(request);
          arm();
        });
      };
      arm();
      const stop = (): void => {
        stopped = true;
        finishIfOver();
      };
      return Promise.resolve({ stop, done: done.promise, [Symbol.asyncDispose]: () => Promise.resolve(stop()) });
    },
  };
}
