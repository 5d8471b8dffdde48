import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../sim/parts/toxiproxy/main.ts', import.meta.url));

async function start(env: Record<string, string> = {}): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [PROGRAM, '-host', '127.0.0.1', '-port', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (!child.stdout) throw new Error('no pipe');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, port: JSON.parse(line).port };
}

/** A proxy with a dropping entry: the state with the most threads and sockets to end. */
async function occupy(port: number): Promise<void> {
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect((await post('/proxies', { name: 'p', listen: '127.0.0.1:0', upstream: 'u:1' })).status).toBe(201);
  expect((await post('/twin/entries', { p: 'drop' })).status).toBe(200);
}

test('the program ends on SIGTERM, with exit 0', async () => {
  const { child, port } = await start();
  await occupy(port);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the program ends when its standard input closes, if TWIN_PARENT_PIPE=1', async () => {
  const { child, port } = await start({ TWIN_PARENT_PIPE: '1' });
  await occupy(port);
  child.stdin?.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the program lives on when its standard input closes, without TWIN_PARENT_PIPE', async () => {
  const { child, port } = await start({ TWIN_PARENT_PIPE: '' });
  child.stdin?.end();
  await occupy(port);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
