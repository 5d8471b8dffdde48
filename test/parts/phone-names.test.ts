/** parts/phone as a process: whom it asks for names, and that it can be led to others. */
import { expect, it } from 'vitest';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import { addresses, startProgram } from './program.ts';

const next = addresses();
const HOST = 'api.myhoneydue.com';

it('phone: asks the name servers that it was led to last', async () => {
  const [empty, full, nobody] = [next(), next(), next()];
  const resolver = (at: typeof empty, records: object) =>
    startProgram('resolver', {
      instance: 'dns',
      zone: 'public',
      listen: next(),
      viewers: { 'user:austin': at },
      records: { 'user:austin': records },
    });
  await using _empty = await resolver(empty, {});
  await using _full = await resolver(full, { [HOST]: { addresses: [nobody.host], ttlMs: 1_000 } });
  await using phone = await startProgram('phone', {
    dns: { servers: [empty] },
    ca: makeAuthority().caPem,
    ports: { 443: nobody.port },
    oracles: { listTasks: 'tasks-of-user' },
    habits: { requestTimeoutMs: 60_000, keepAliveMs: 400_000 },
    seed: 1,
  });
  const ask = (n: number) =>
    phone.send({
      requests: [
        {
          requestId: `u1-listTasks-${n}`,
          atMs: n,
          journey: 'listTasks',
          user: 1,
          method: 'GET',
          url: `https://${HOST}/api/tasks/`,
          headers: {},
        },
      ],
    });
  phone.send({ drive: { startInMs: 1 } });
  ask(1);
  await phone.until((all) => all.filter((one) => 'outcome' in one).length === 1);
  phone.send({ names: full });
  ask(2);
  const messages = await phone.until((all) => all.filter((one) => 'outcome' in one).length === 2);
  const saw = messages.flatMap((one) => ('outcome' in one ? [(one['outcome'] as { error?: string }).error] : []));
  expect(saw).toEqual(['no-such-name', 'refused']);
});
