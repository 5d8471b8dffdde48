/** The twin's Toxiproxy as a process. */
import { join } from 'node:path';
import { SimError } from '../../errors.ts';
import type { HostPort } from '../../parts/config.ts';
import { partFile } from '../../parts/sibling-url.ts';
import { ToxiproxyClient } from '../toxiproxy.ts';
import { isListenedOn } from './kernel-tables.ts';
import { spawnPart } from './processes.ts';
import type { RunDirectory } from './run-directory.ts';

/**
 * Starts it at an address; settles when it can be told of wires.
 *
 * @throws SimError `SIM_ADDRESS_TAKEN` when somebody else listens there
 */
export async function startToxiproxy(
  run: RunDirectory,
  { host, port }: HostPort,
  compileCache: string,
): Promise<ToxiproxyClient> {
  const socketPath = join(run.path, 'toxiproxy.sock');
  const ready = Promise.withResolvers<void>();
  const part = spawnPart(run, {
    name: 'toxiproxy',
    command: process.execPath,
    args: [partFile('toxiproxy'), '-host', host, '-port', String(port), '-socket', socketPath],
    env: { TWIN_PARENT_PIPE: '1', NODE_COMPILE_CACHE: compileCache },
    onLine: (line) => {
      if (line.startsWith('{"ready"')) ready.resolve();
    },
  });
  void part.exited.then(({ code }) =>
    ready.reject(
      isListenedOn(host, port)
        ? taken(host, port)
        : new Error(`toxiproxy ended with ${code}: ${part.lines(5).join(' | ')}`),
    ),
  );
  await ready.promise;
  return new ToxiproxyClient({ host, port, socketPath });
}

/** A port is chosen that is free: whoever has it came in the instant between. */
function taken(host: string, port: number): SimError {
  return new SimError('SIM_ADDRESS_TAKEN', `toxiproxy can not listen on ${host}:${port}: another program does by now`, {
    hint: `start again: a port that is taken is passed over (who has it: ss -ltnp 'sport = :${port}')`,
  });
}
