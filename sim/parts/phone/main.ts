/** The phones' program: all users of one drive in one process, each with a connection of its own. What a phone decides is in `behaviour/phone.ts`. */
import type { PlannedRequest } from '../../runtimes/contract.ts';
import { createPrng } from '../../prng.ts';
import type { HostPort, PhoneConfig } from '../config.ts';
import { eitherDialer } from '../connection.ts';
import { makeWorld } from '../driver.ts';
import { httpDialer } from '../http.ts';
import { http2Dialer } from '../http2.ts';
import { startPart, tell } from '../part.ts';
import { Drive } from './drive.ts';
import { Phones } from './phones.ts';

await startPart<PhoneConfig>(async (config) => {
  const http = eitherDialer(http2Dialer(config.ca, config.ports), httpDialer(config.habits.keepAliveMs));
  const dialers = { http };
  const dns = { servers: config.dns.servers };
  const world = makeWorld({ dns, prng: createPrng(config.seed), dialers });
  const phones = new Phones(world, config);
  const drive = new Drive((request, dueMs) => phones.send(request, dueMs), {
    started: () => tell({ started: true }),
    outcome: (outcome) => tell({ outcome }),
    done: (report) => tell({ done: report }),
  });
  return {
    message(message) {
      const {
        drive: begin,
        requests,
        end,
        stop,
        names,
      } = message as {
        drive?: { startInMs: number };
        requests?: PlannedRequest[];
        end?: true;
        stop?: true;
        names?: HostPort;
      };
      if (names !== undefined) dns.servers = [names];
      if (begin !== undefined) drive.begin(begin.startInMs);
      if (requests !== undefined) drive.plan(requests);
      if (end === true) drive.end();
      if (stop === true) drive.stop();
    },
  };
});
