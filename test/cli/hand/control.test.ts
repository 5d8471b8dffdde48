/** The socket between `twin up` and the other commands: who is found, what is answered, what is said when nobody is. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, chosenTwin, runningTwins } from '../../../sim/cli/hand/client.ts';
import { readQuestion, SOCKET_NAME, type Question } from '../../../sim/cli/hand/protocol.ts';
import { openControl, type Answer } from '../../../sim/cli/hand/server.ts';
import { SimError } from '../../../sim/errors.ts';
import { thisOwner } from '../../../sim/runtimes/embedded/run-directory.ts';
import { showsStack, temporaryFolder, twin } from '../command.ts';

const twinAt = (folder: string) => ({ pid: 7, socket: join(folder, SOCKET_NAME) });
async function asked(answer: Answer, question: Parameters<typeof ask>[1] = { command: 'status' }) {
  using folder = temporaryFolder();
  await using _control = await openControl(folder.path, answer);
  const lines: string[] = [];
  const error = await ask(twinAt(folder.path), question, (line, to) => void lines.push(`${to} ${line}`)).catch(
    (reason: unknown) => reason,
  );
  return { lines, error };
}

describe('the control socket', () => {
  test('brings the question to the twin and its lines back', async () => {
    let seen: Question | undefined;
    const { lines, error } = await asked(
      (question, tell) => {
        seen = question;
        tell({ line: 'healed' });
        tell({ line: '200', to: 'stderr' });
        return Promise.resolve();
      },
      { command: 'heal', part: 'redis' },
    );
    expect(seen).toEqual({ version: 1, command: 'heal', part: 'redis' });
    expect({ lines, error }).toEqual({ lines: ['stdout healed', 'stderr 200'], error: undefined });
  });
  test('brings lines that hold what some readers take for the end of one', async () => {
    let seen: Question | undefined;
    const { lines, error } = await asked(
      (question, tell) => {
        seen = question;
        tell({ line: 'a\u2028b\u2029c' });
        return Promise.resolve();
      },
      { command: 'curl', path: '/', method: 'POST', data: '{"title":"\u2028"}', user: 1 },
    );
    expect(seen).toMatchObject({ data: '{"title":"\u2028"}' });
    expect({ lines, error }).toEqual({ lines: ['stdout a\u2028b\u2029c'], error: undefined });
  });
  test('brings an error back as it was: code, words, hint', async () => {
    const { error } = await asked(() => Promise.reject(new SimError('SIM_USAGE', 'no', { hint: 'yes' })));
    expect(error).toMatchObject({ name: 'SimError', code: 'SIM_USAGE', message: 'no', hint: 'yes' });
  });
  test.each(['', '{"li'])(
    'says that the twin ended when it ends before it has answered, as by kill -9: %j',
    async (rest) => {
      using folder = temporaryFolder();
      const { path } = folder;
      const server = createServer((socket) => socket.once('data', () => socket.end(rest))).listen(
        join(path, SOCKET_NAME),
      );
      await once(server, 'listening');
      const error = await ask(twinAt(path), { command: 'status' }, () => undefined).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'SIM_NO_TWIN', message: 'twin 7 ended while it was asked' });
      server.close();
    },
  );
  test('that ends does not wait for a client that keeps its own end open', async () => {
    using folder = temporaryFolder();
    const control = await openControl(folder.path, () => Promise.resolve());
    const client = createConnection({ path: join(folder.path, SOCKET_NAME), allowHalfOpen: true });
    await once(client, 'connect');
    client.resume();
    await control[Symbol.asyncDispose]();
    expect(client.destroyed).toBe(false);
    client.destroy();
  });
  test('that nobody listens on any more says so too', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, SOCKET_NAME), '');
    const error = await ask(twinAt(folder.path), { command: 'status' }, () => undefined).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'SIM_NO_TWIN' });
  });
  test('goes on when who asked has gone before the answer', async () => {
    using folder = temporaryFolder();
    const gone = Promise.withResolvers<void>();
    await using _control = await openControl(folder.path, async (question, tell) => {
      if (question.command === 'hint') await gone.promise;
      tell({ line: 'here' });
    });
    const socket = createConnection(join(folder.path, SOCKET_NAME));
    socket.write('{"version":1,"command":"hint"}\n');
    await once(socket, 'connect');
    socket.destroy();
    gone.resolve();
    const lines: string[] = [];
    await ask(twinAt(folder.path), { command: 'status' }, (line) => void lines.push(line));
    expect(lines).toEqual(['here']);
  });
  test.each([
    ['not JSON', '{', 'this twin speaks version 1, not undefined'],
    ['another version', '{"version":2,"command":"status"}', 'this twin speaks version 1, not 2'],
    ['an unknown command', '{"version":1,"command":"fly"}', 'not a question of version 1: command'],
    ['a field too many', '{"version":1,"command":"status","x":1}', 'not a question of version 1'],
  ])('refuses %s', (_, text, message) => {
    expect(() => readQuestion(text)).toThrowError(
      expect.objectContaining({ code: 'SIM_USAGE', message: expect.stringContaining(message) as string }) as Error,
    );
  });
});

describe('which twin is meant', () => {
  const twins = [11, 12].map((pid) => ({ pid, socket: '' }));
  test('the only one, or the one that --run names', () => {
    expect(chosenTwin(undefined, twins.slice(0, 1)).pid).toBe(11);
    expect(chosenTwin(12, twins).pid).toBe(12);
  });
  test.each([
    ['none', undefined, [], 'SIM_NO_TWIN', 'no twin is running'],
    ['several, and none named', undefined, twins, 'SIM_USAGE', '2 twins are running: 11, 12'],
    ['another one named', 13, twins, 'SIM_NO_TWIN', 'no twin 13 is running'],
  ] as const)('%s', (_, run, all, code, message) => {
    expect(() => chosenTwin(run, all)).toThrowError(expect.objectContaining({ code, message }) as Error);
  });
  test('a socket that a dead twin left, or a run without one, is no running twin', () => {
    using root = temporaryFolder();
    const owner = thisOwner();
    const folder = (random: string, of: object, withSocket: boolean): void => {
      const path = join(root.path, `cluster-twin-${owner.pid}-${owner.startTicks}-${random}`);
      mkdirSync(path);
      writeFileSync(join(path, 'owner.json'), JSON.stringify(of));
      if (withSocket) writeFileSync(join(path, SOCKET_NAME), '');
    };
    folder('00000001', owner, true);
    folder('00000002', { ...owner, startTicks: owner.startTicks - 1 }, true);
    folder('00000003', owner, false);
    expect(runningTwins(root.path).map((one) => one.socket)).toEqual([expect.stringContaining('00000001')]);
  });
});

// A folder of their own for runs: other twins of this machine are none of theirs.
describe.concurrent('twin: by hand, bad input', () => {
  test.for([
    ['no twin is up', ['break', 'redis', '--hang'], 5, 'no twin is running\n  npx twin up starts one'],
    ['no twin is up to heal', ['heal'], 5, 'no twin is running'],
    ['nothing to break', ['break'], 4, 'what shall break?'],
    ['too many words', ['break', 'redis', 'api', 'worker'], 4, 'too many words: worker'],
    ['a secret that is named', ['break', 'redis', '--secret'], 4, 'a secret is drawn, not named: redis'],
    ['no layer to guess', ['guess'], 4, "missing required argument 'layer'"],
    ['a run that is no number', ['heal', '--run', 'mine'], 4, 'a whole number from 1'],
    ['a lower-case method', ['curl', '/', '--method', 'get'], 4, 'a method is written in capitals'],
    ['up on the model', ['up', '--runtime', 'model'], 5, 'runtime "model" cannot be played by hand: virtual time'],
    ['up with no users', ['up', '--users', '0'], 4, 'a number from 0.1 to 500'],
    ['up with an unknown profile', ['up', '--profile', 'fast'], 4, 'profiles of honeydue: physical, documented'],
  ] as const)('%s', async ([, args, exit, words]) => {
    using folder = temporaryFolder();
    const { code, out, err } = await twin(args, { env: { TMPDIR: folder.path } });
    expect(err).toContain(words);
    expect({ code, out, stack: showsStack(err) }).toEqual({ code: exit, out: '', stack: false });
  });
});
