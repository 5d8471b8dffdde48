/** asynq 0.26 (facts 5.2, 5.3), in virtual time. */
import { describe, expect, it } from 'vitest';
import { MAX_RETRY, pollSleepMs, queueTimings, retryDelaySeconds, stamp } from '../../sim/behaviour/queue.ts';
import { timer } from '../../topology/timers.ts';
import { queueWorld, REAL, type QueueWorld } from './queue-world.ts';

const ops = ({ heard }: QueueWorld, op: string): number[] =>
  heard.filter(({ command }) => command.op === op).map(({ atMs }) => atMs);
const ids = ({ done }: QueueWorld): string[] => done.map((one) => one.id);

describe('asynq: arithmetic', () => {
  it.each([
    [0, 15, 44],
    [1, 16, 74],
    [2, 31, 118],
    [24, 331_791, 332_516],
  ])('after %i retries the next attempt is due in %i to %i s (server.go DefaultRetryDelayFunc)', (n, least, most) => {
    expect([retryDelaySeconds(n, 0), retryDelaySeconds(n, 1 - Number.EPSILON)]).toEqual([least, most]);
  });
  it('an empty queue is looked at again after 0.5 to 1.5 s (processor.go TaskCheckInterval)', () => {
    expect([pollSleepMs(1_000, 0), pollSleepMs(1_000, 1)]).toEqual([500, 1_500]);
  });
  it('instants are whole seconds of Unix time', () => {
    expect([stamp(130_900, { secondMs: 1_000 }), stamp(130_930, { secondMs: 50 })]).toEqual([130, 130.9]);
  });
  it('its timers keep their real pace, unless a play says that nothing races with them', () => {
    const faster = (name: Parameters<typeof timer>[0]): number => timer(name).ms / 20;
    expect(queueTimings({}, faster)).toEqual(REAL);
    expect(REAL).toMatchObject({ leaseMs: 30_000, heartbeatMs: 5_000, recoverMs: 60_000, secondMs: 1_000 });
    expect(queueTimings({ recoveryIsIdle: true }, faster)).toMatchObject({
      leaseMs: 1_500,
      heartbeatMs: 250,
      secondMs: 50,
      pollMs: 1_000,
      shutdownMs: 8_000,
    });
  });
});

describe('asynq: processor', () => {
  it('takes jobs in the order they came, so many at once as it may, and acknowledges each when it is done', () => {
    const world = queueWorld();
    world.enqueue('a', 'b', 'c');
    world.start({ jobMs: 400, concurrency: 2 });
    world.until(3_000);
    expect(world.done).toEqual([
      { id: 'a', atMs: 200 },
      { id: 'b', atMs: 200 },
      { id: 'c', atMs: 600 },
    ]);
    expect(ops(world, 'done')).toEqual([400, 400, 800]);
  });
  it('goes on after a failed dequeue', () => {
    const world = queueWorld();
    world.redisUp = false;
    world.start({ jobMs: 0 });
    world.until(20_000);
    world.redisUp = true;
    world.enqueue('a');
    world.until(22_000);
    expect(ids(world)).toEqual(['a']);
  });
  it('goes on at once after a failed dequeue, without the sleep of an empty queue (facts 5.3: logs and loops)', () => {
    const tookMs: number[] = [];
    for (let seed = 1; seed <= 50; seed++) {
      const world = queueWorld(seed);
      world.redisUp = false;
      world.start({ jobMs: 0 });
      const upMs = 2_000 + seed * 20;
      world.until(upMs);
      world.redisUp = true;
      world.enqueue('a');
      world.until(10_000);
      tookMs.push((world.done[0]?.atMs ?? Infinity) - upMs);
    }
    // At most the next background dial, a second later, and the back-offs of the command that fails until then.
    expect(Math.max(...tookMs)).toBeLessThanOrEqual(1_000 + 133 + 50);
  });
});

describe('asynq: a job that fails', () => {
  it('because its handler breaks off (processor.go perform: a panic is an error) is tried again, and the worker works on', () => {
    const world = queueWorld();
    world.store.execute({ op: 'enqueue', id: 'foreign', payload: 'hello' });
    world.enqueue('a');
    world.start({ jobMs: 0 });
    world.until(3_000);
    expect(ids(world)).toEqual(['a']);
    const retried = world.heard.flatMap(({ command }) => (command.op === 'retry' ? [command] : []));
    expect(retried).toMatchObject([{ job: { id: 'foreign' }, error: expect.stringContaining('JSON') as string }]);
  });
  it('is tried again after its delay and at most 5 s more (forwarder), and the poll', () => {
    const world = queueWorld();
    world.enqueue('a');
    world.start({ jobMs: 0, fails: (times) => times === 0 });
    world.until(120_000);
    const [first, second] = world.done;
    expect(world.done).toHaveLength(2);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(15_000);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThanOrEqual(44_000 + 5_000 + 1_500);
  });
  it.each([
    [24, ['retry']],
    [25, ['archive']],
  ])('after %i retries it comes to %j: 25 are allowed (client.go defaultMaxRetry)', (retried, expected) => {
    const world = queueWorld();
    world.enqueue('a');
    world.store.execute({ op: 'dequeue', leaseUntilSeconds: 30 });
    const payload = JSON.stringify({ requestId: 'a' });
    const job = { id: 'a', type: '', payload, retried: retried - 1, maxRetry: MAX_RETRY };
    world.store.execute({ op: 'retry', job, error: '', nowSeconds: 0, dueSeconds: 0 });
    world.start({ jobMs: 0, fails: () => true });
    world.until(600_000);
    expect(ids(world)).toEqual(['a']);
    expect(['retry', 'archive'].filter((op) => ops(world, op).length > 0)).toEqual(expected);
  });
});

describe('asynq: a worker that is killed', () => {
  it.each([
    ['before the side effect of a job, that is done once, later', 100, 1],
    ['after it and before Redis heard of it, that is done twice: at least once is what asynq promises', 300, 2],
    ['after Redis heard of it, that is done once', 500, 1],
  ])('%s', (_when, killedMs, times) => {
    const world = queueWorld();
    world.enqueue('a');
    const first = world.start({ jobMs: 400 });
    world.until(killedMs);
    first.kill();
    world.start({ jobMs: 400 });
    world.until(300_000);
    expect(ids(world)).toEqual(Array.from({ length: times }, () => 'a'));
  });
  it('leaves a job that runs again 70 to 170 s after it was killed, whenever that is and whatever is drawn (facts 5.3)', () => {
    const tookMs: number[] = [];
    for (let seed = 1; seed <= 300; seed++) {
      const world = queueWorld(seed);
      world.enqueue('a');
      const killedMs = 20_000 + seed * 211;
      const first = world.start({ jobMs: 3_600_000 });
      world.until(killedMs);
      first.kill();
      world.start({ jobMs: 0 });
      world.until(killedMs + 400_000);
      tookMs.push((world.done[0]?.atMs ?? Infinity) - killedMs);
    }
    expect(Math.min(...tookMs)).toBeGreaterThanOrEqual(70_000);
    expect(Math.max(...tookMs)).toBeLessThanOrEqual(171_500);
  });
});

describe('asynq: leases', () => {
  it('of a job that takes ten minutes are extended every 5 s, so nobody else takes it', () => {
    const world = queueWorld();
    world.enqueue('a');
    world.start({ jobMs: 600_000 });
    world.start({ jobMs: 600_000 });
    world.until(700_000);
    expect(ids(world)).toEqual(['a']);
    const [first = 0, second = 0] = ops(world, 'extend');
    expect(second - first).toBe(5_000);
  });
  it('that ended while Redis was gone leave the job to the recoverer: it runs again', () => {
    const world = queueWorld();
    world.enqueue('a');
    world.start({ jobMs: 20_000 });
    world.until(15_000);
    world.redisUp = false;
    world.until(70_000);
    world.redisUp = true;
    world.until(400_000);
    expect(ids(world)).toEqual(['a', 'a']);
  });
  it('that lasted let a result be told late (syncer.go, every 5 s): it runs once', () => {
    const world = queueWorld();
    world.enqueue('a');
    world.start({ jobMs: 4_000 });
    world.until(3_000);
    world.redisUp = false;
    world.until(16_000);
    world.redisUp = true;
    world.until(400_000);
    expect(ids(world)).toEqual(['a']);
    expect(ops(world, 'done')).toHaveLength(1);
  });
});

describe('asynq: SIGTERM', () => {
  const stopped = (jobMs: number): { world: QueueWorld; left: readonly string[]; endedMs: number } => {
    const world = queueWorld();
    let [left, endedMs]: [readonly string[], number] = [[], Number.NaN];
    world.enqueue('a', 'b', 'c');
    const worker = world.start({ jobMs, concurrency: 2 });
    world.until(1_000);
    worker.stop((ids) => ([left, endedMs] = [ids, world.queue.nowMs]));
    world.until(30_000);
    return { world, left, endedMs };
  };
  it('finishes what is in hand and takes nothing new', () => {
    const { world, left, endedMs } = stopped(7_000);
    expect([ids(world), left, endedMs]).toEqual([['a', 'b'], [], 7_000]);
  });
  it('gives back what is not done within 8 s (ShutdownTimeout), to the head of the queue: the next worker takes it first', () => {
    const { world, left, endedMs } = stopped(20_000);
    expect([ids(world), left, endedMs]).toEqual([[], ['a', 'b'], 9_000]);
    world.start({ jobMs: 0 });
    world.until(40_000);
    expect(ids(world).toSorted()).toEqual(['a', 'b', 'c']);
    expect(ids(world).at(-1)).toBe('c');
  });
});
