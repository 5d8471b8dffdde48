/** The protocol between a part and whoever started it (sim/parts/config.ts). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../cli/command.ts';
import { addresses, startProgram } from './program.ts';

const next = addresses();
const main = (part: string): string => fileURLToPath(new URL(`../../sim/parts/${part}/main.ts`, import.meta.url));
const empty = { node: 'node:1', mode: 'ipvs', seed: 1, services: {} };

it('a part ends when whoever started it is gone: its standard input ends', async () => {
  const child = spawn(process.execPath, [main('kube-proxy')], {
    env: { ...process.env, TWIN_PART: JSON.stringify(empty) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.stdin.destroy();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it.each(['kube-proxy', 'toxiproxy'])('%s is killed, and what it compiled serves the next one', async (part) => {
  using folder = temporaryFolder();
  const child = spawn(process.execPath, [main(part), ...(part === 'toxiproxy' ? ['-port', '0'] : [])], {
    env: { ...process.env, TWIN_PART: JSON.stringify(empty), NODE_COMPILE_CACHE: folder.path },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const kept = (): number => readdirSync(folder.path, { recursive: true }).length;
  await vi.waitUntil(() => kept() > 10, { timeout: 60_000 });
  child.kill('SIGKILL');
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
});

it('a part that cannot start says why and exits 1', async () => {
  const at = next();
  const services = { api: { entry: at, protocol: 'tcp', state: 'open', endpoints: [at] } };
  await using _first = await startProgram('kube-proxy', { ...empty, services });
  await expect(startProgram('kube-proxy', { ...empty, services })).rejects.toThrow(
    /start failed: .*address already in use/,
  );
});

it('tables are put in force in the order they came', async () => {
  await using proxy = await startProgram('kube-proxy', empty);
  await Promise.all([
    proxy.table({}),
    proxy.table({ api: { entry: next(), protocol: 'tcp', state: 'refuse', endpoints: [] } }),
    proxy.table({}),
  ]);
  proxy.signal('SIGTERM');
  expect(await proxy.exited).toBe(0);
});
