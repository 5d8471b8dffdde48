/** The side of every other command: finds the twin that runs and asks it. */
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SimError } from '../../errors.ts';
import { isSameProcess } from '../../runtimes/embedded/process-table.ts';
import { readOwner, runIdOfFolder, runRoot } from '../../runtimes/embedded/run-directory.ts';
import { errorOf, lineOf, PROTOCOL_VERSION, SOCKET_NAME, type Asked, type Reply } from './protocol.ts';

export interface RunningTwin {
  /** Of its `twin up`: what `--run` takes. */
  readonly pid: number;
  readonly socket: string;
}
const START = 'npx twin up starts one';

/** Twins whose `up` lives. A folder that a dead one left, with its socket, is none. */
export function runningTwins(root = runRoot()): RunningTwin[] {
  return readdirSync(root).flatMap((name) => {
    const socket = join(root, name, SOCKET_NAME);
    if (runIdOfFolder(name) === undefined || !existsSync(socket)) return [];
    const owner = readOwner(join(root, name));
    return owner !== undefined && isSameProcess(owner.pid, owner.startTicks) ? [{ pid: owner.pid, socket }] : [];
  });
}

/**
 * The one that is meant: the only one, or the one of this pid.
 * @throws SimError `SIM_NO_TWIN` when there is none, `SIM_USAGE` when there are several
 */
export function chosenTwin(run: number | undefined, twins: readonly RunningTwin[] = runningTwins()): RunningTwin {
  const pids = twins.map((one) => one.pid).join(', ');
  const fitting = run === undefined ? twins : twins.filter((one) => one.pid === run);
  const [twin, ...others] = fitting;
  if (twin === undefined) {
    if (twins.length > 0) throw new SimError('SIM_NO_TWIN', `no twin ${run} is running`, { hint: `running: ${pids}` });
    throw new SimError('SIM_NO_TWIN', 'no twin is running', {
      hint: `${START}; while one comes up, wait for its "up in"`,
    });
  }
  if (others.length > 0)
    throw new SimError('SIM_USAGE', `${twins.length} twins are running: ${pids}`, {
      hint: `say which: --run ${twin.pid}`,
    });
  return twin;
}

function replyOf(text: string): Reply | undefined {
  try {
    return JSON.parse(text) as Reply;
  } catch {
    return undefined;
  }
}

/** @throws SimError as the twin answers; `SIM_NO_TWIN` when it ends before it has answered */
export async function ask(twin: RunningTwin, question: Asked, tell: (line: string, to: 'stdout' | 'stderr') => void) {
  const socket = createConnection(twin.socket);
  const died = (cause?: unknown): SimError =>
    new SimError('SIM_NO_TWIN', `twin ${twin.pid} ended while it was asked`, {
      hint: `what it left is removed by its warden, or by the next start: npx twin doctor --leftovers. ${START}`,
      cause,
    });
  let failure: unknown;
  socket.on('error', (error) => (failure = error));
  socket.write(lineOf({ version: PROTOCOL_VERSION, ...question }));
  const lines = createInterface({ input: socket });
  // It tells of the socket's error a second time.
  lines.on('error', () => undefined);
  let last: Reply | undefined;
  lines.on('line', (text) => {
    const reply = replyOf(text);
    // Cut off: the twin ended while it wrote.
    if (reply === undefined) return;
    if ('line' in reply) tell(reply.line, reply.to ?? 'stdout');
    else last = reply;
  });
  await once(socket, 'close').catch(() => undefined);
  if (last === undefined) throw died(failure);
  if ('error' in last) throw errorOf(last);
}
