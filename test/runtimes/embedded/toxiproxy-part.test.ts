import { once } from 'node:events';
import { createServer, Server } from 'node:net';
import { expect, test, vi } from 'vitest';
import { CACHE } from '../../../sim/cli/paths.ts';
import { exitOf } from '../../../sim/cli/exits.ts';
import { claimLoopback } from '../../../sim/runtimes/embedded/addresses.ts';
import { listenersOf } from '../../../sim/runtimes/embedded/kernel-tables.ts';
import { journaledProcesses } from '../../../sim/runtimes/embedded/run-directory.ts';
import { embedded } from '../../../sim/runtimes/embedded/runtime.ts';
import { startToxiproxy } from '../../../sim/runtimes/embedded/toxiproxy-part.ts';
import { openRun } from '../../../sim/runtimes/embedded/warden.ts';
import { wiresTopology } from '../../conformance/wires-cases.ts';
import { redisProgram } from '../../redis.ts';

test("a twin comes up beside somebody's own Toxiproxy, which has its port at all addresses", async () => {
  // What the kernel answers then. Really listening there would fail beside any twin that has the port at its address.
  const { listen } = Server.prototype;
  const refusing = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: unknown[]) {
    if ((args[0] as { port?: number } | undefined)?.port !== 8474) return Reflect.apply(listen, this, args);
    setImmediate(() => this.emit('error', Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' })));
    return this;
  });
  try {
    await using stage = await embedded({ redis: redisProgram(), cacheFolder: CACHE }).open(wiresTopology, {
      seed: 7,
      tempo: 20,
      profile: 'physical',
      tokenSecret: 's',
      order: [],
      journal: { append: () => undefined },
    });
    const ours = journaledProcesses(stage.doors?.folder ?? '').find(({ name }) => name === 'toxiproxy');
    const [address, ...others] = listenersOf(ours?.pid ?? 0);
    expect(others).toEqual([]);
    expect(address).toMatch(/^127\.\d+\.0\.2:(?!8474$)\d+$/);
  } finally {
    refusing.mockRestore();
  }
});

test('an address that is taken by the time it starts is named, with what to do next', async () => {
  await using claim = await claimLoopback();
  await using run = openRun();
  const other = createServer((socket) => socket.destroy()).listen(0, `${claim.prefix}.0.2`);
  await once(other, 'listening');
  const address = other.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  await expect(startToxiproxy(run, { host: `${claim.prefix}.0.2`, port }, CACHE)).rejects.toMatchObject({
    code: 'SIM_ADDRESS_TAKEN',
    message: expect.stringContaining(`${claim.prefix}.0.2:${port}`),
    hint: expect.stringContaining('start again'),
  });
  expect(exitOf('SIM_ADDRESS_TAKEN')).toBe(5);
  other.close();
  await once(other, 'close');
});
