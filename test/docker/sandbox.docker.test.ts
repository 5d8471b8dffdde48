import { Network, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dial, imageOf, SandboxedRedis, startDialler, startFirewall, startSandbox } from './containers.ts';

const PORT = 6379;
let network: StartedNetwork;
let sandbox: StartedTestContainer;
let dialler: StartedTestContainer;
let redis: StartedTestContainer;

beforeEach(async () => {
  network = await new Network().start();
  [sandbox, dialler] = await Promise.all([startSandbox(network), startDialler(network)]);
  redis = await new SandboxedRedis(imageOf('TWIN_IMAGE_REDIS'), sandbox).start();
});

afterEach(async () => {
  await Promise.all([redis?.stop(), dialler?.stop()]);
  await sandbox?.stop();
  await network?.stop();
});

const dialRedis = () => dial(dialler, sandbox.getIpAddress(network.getName()), PORT);

test('sandbox: refuses when the program in it was killed, since the address stays', async () => {
  expect(await dialRedis()).toBe('connected');
  await redis.stop({ timeout: 0 });
  expect(await dialRedis()).toBe('ECONNREFUSED');
});

test('sandbox: is silent under DROP, refuses under REJECT with a reset, and answers when both are gone', async () => {
  await using firewall = await startFirewall(sandbox);
  const rule = async (action: string, target: string[]) => {
    const match = ['INPUT', '--protocol', 'tcp', '--dport', String(PORT), '--jump', ...target];
    expect(await firewall.exec(['iptables', action, ...match])).toMatchObject({ exitCode: 0 });
  };
  const reject = ['REJECT', '--reject-with', 'tcp-reset'];
  await rule('--append', ['DROP']);
  expect(await dialRedis()).toBe('silent');
  await rule('--delete', ['DROP']);
  await rule('--append', reject);
  expect(await dialRedis()).toBe('ECONNREFUSED');
  await rule('--delete', reject);
  expect(await dialRedis()).toBe('connected');
});
