import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../sim/parts/toxiproxy/main.ts', import.meta.url));

interface Started extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly port: number;
  readonly exited: Promise<unknown[]>;
}
/** Disposing kills it, so that a test that fails leaves nothing behind. */
async function start(env: Record<string, string> = {}): Promise<Started> {
  const child = spawn(process.execPath, [PROGRAM, '-host', '127.0.0.1', '-port', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const exited = once(child, 'exit');
  const dispose = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, port: JSON.parse(line).port, exited, [Symbol.asyncDispose]: dispose };
}

/** A proxy with a dropping entry: the state with the most threads and sockets to end. */
async function occupy(port: number): Promise<void> {
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect((await post('/proxies', { name: 'p', listen: '127.0.0.1:0', upstream: 'u:1' })).status).toBe(201);
  expect((await post('/twin/entries', { p: 'drop' })).status).toBe(200);
}

test('the program ends on SIGTERM, with exit 0', async () => {
  await using program = await start();
  await occupy(program.port);
  program.child.kill('SIGTERM');
  expect(await program.exited).toEqual([0, null]);
});

test('the program ends when its standard input closes, if TWIN_PARENT_PIPE=1', async () => {
  await using program = await start({ TWIN_PARENT_PIPE: '1' });
  await occupy(program.port);
  program.child.stdin?.end();
  expect(await program.exited).toEqual([0, null]);
});

test('the program lives on when its standard input closes, without TWIN_PARENT_PIPE', async () => {
  await using program = await start({ TWIN_PARENT_PIPE: '' });
  program.child.stdin?.end();
  await occupy(program.port);
  program.child.kill('SIGTERM');
  expect(await program.exited).toEqual([0, null]);
});
