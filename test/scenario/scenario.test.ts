/** A scenario is data: what is wrong with one is told all at once, before anything is started. */
import { describe, expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import { SimError } from '../../sim/errors.ts';
import type { Runtime, Stage } from '../../sim/runtimes/contract.ts';
import { HeldSessions } from '../../sim/scenario/held-sessions.ts';
import { refuseUnmodelled } from '../../sim/scenario/method.ts';
import {
  actionsOf,
  defineScenario,
  phaseMs,
  scenarioSchema,
  topologyOf,
  totalMs,
  withWaits,
  type Variant,
} from '../../sim/scenario/scenario.ts';
import { look, witnessesOf } from '../../sim/scenario/witness.ts';
import type { PodCondition, PodReport } from '../../sim/control/pod.ts';
import honeydue from '../../topology/honeydue.ts';

const variantOf = (steps: unknown): unknown => ({ ...redisDown, variants: { dead: { title: 'T', steps } }, flips: [] });
const DEAD = { fault: 'crash', params: { workload: 'redis' }, as: 'f' };
const steps = (action: unknown): { name: string; phase: string; lastsMs: number; do?: unknown[] }[] => [
  { name: 'a', phase: 'before', lastsMs: 1 },
  { name: 'b', phase: 'during', lastsMs: 1, do: [action] },
  { name: 'c', phase: 'after', lastsMs: 1 },
];
function faultsOf(input: unknown): string {
  try {
    defineScenario(input as Parameters<typeof defineScenario>[0]);
  } catch (error) {
    if (error instanceof SimError && error.code === 'SIM_SCENARIO_INVALID') return error.message;
    throw error;
  }
  throw new Error('the scenario was taken as sound');
}

describe('a scenario', () => {
  test('that is sound can be read back from JSON: it holds no code', () => {
    expect(defineScenario(JSON.parse(JSON.stringify(redisDown)) as typeof redisDown)).toEqual(redisDown);
  });
  test.each([
    ['an unknown fault', variantOf(steps({ fault: 'crush', params: {}, as: 'f' })), 'variants.dead.steps.1.do.0'],
    ['a fault without its params', variantOf(steps({ fault: 'crash', params: {}, as: 'f' })), 'workload'],
    [
      'a param that no fault has',
      variantOf(steps({ fault: 'hang', params: { workload: 'redis', at: 1 }, as: 'f' })),
      'at',
    ],
    ['an unknown operation', variantOf(steps({ operate: 'reboot', params: {} })), 'variants.dead.steps.1.do.0'],
    ['an operation without its params', variantOf(steps({ operate: 'restart', params: {} })), 'workload'],
    [
      'a step without length',
      variantOf(steps({ heal: 'f' }).with(0, { name: 'a', phase: 'before', lastsMs: 0 })),
      'lastsMs',
    ],
    ['fewer than three steps', variantOf(steps(DEAD).slice(1)), 'variants.dead.steps'],
    ['a heal of what nobody did', variantOf(steps({ heal: 'f' })), 'nothing named "f" was done until then'],
    [
      'a heal before the fault',
      variantOf(steps(DEAD).with(0, { name: 'a', phase: 'before', lastsMs: 1, do: [{ heal: 'f' }] })),
      'variants.dead.steps.0.do.0',
    ],
    [
      'two faults of one name',
      variantOf(steps(DEAD).with(2, { name: 'c', phase: 'after', lastsMs: 1, do: [DEAD] })),
      'variants.dead.steps.2.do.0  SIM_SCENARIO_INVALID  there is one named "f" already',
    ],
    ['a timer that is none', { ...redisDown, order: [['edge.connect', 'node.grase']] }, 'is not a timer'],
    ['no journey that is exposed', { ...redisDown, exposed: [] }, 'exposed'],
    ['a key that is none', { ...redisDown, expected: 'right' }, 'expected'],
    ['a measure that is none', { ...redisDown, hypothesis: [{ measure: 'p99', unit: 'ms' }] }, 'hypothesis.0.measure'],
  ])('with %s is refused, naming it', (_name, input, told) => {
    const message = faultsOf(input);
    expect(message).toContain('redis-down: 1 error, nothing was started');
    expect(message).toContain(told);
  });
  test('with a place of no form is told where, what was found, which kinds there are and the nearest', () => {
    const slow = { fault: 'slow', params: { place: 'extrenal:neon', port: 5432, addedMs: 600 }, as: 'neon' };
    const message = faultsOf(variantOf(steps(slow)));
    expect(message).toContain(
      'variants.dead.steps.1.do.0.params.place  SIM_SCENARIO_INVALID  must be a place: user:NAME, pop:NAME, node:NAME or external:NAME, found "extrenal:neon"',
    );
    expect(message).toContain('did you mean "external:neon"?');
  });
  test('with faults in two places tells both', () => {
    expect(faultsOf({ ...redisDown, exposed: [], minHits: -1 })).toContain('2 errors');
  });
  test('knows how long each phase and the whole last', () => {
    const dead = redisDown.variants['dead'];
    if (dead === undefined) throw new Error('no variant dead');
    expect([phaseMs(dead, 'warm-up'), phaseMs(dead, 'during'), totalMs(dead)]).toEqual([4_000, 22_000, 48_000]);
  });
  test('tells of a step with idle waits how much longer these are by their documents', () => {
    const dead = redisDown.variants['dead'];
    if (dead === undefined) throw new Error('no variant dead');
    const waiting = { ...dead, steps: dead.steps.map((step) => ({ ...step, waits: ['node.grace' as const] })) };
    const lived = withWaits(
      waiting,
      () => 1_000,
      () => 40_000,
    );
    expect(lived.steps.map((step) => step.unlivedMs)).toEqual(dead.steps.map(() => 39_000));
    expect(totalMs(lived)).toBe(totalMs(dead) + 4_000);
    expect(withWaits(dead, () => 1_000).steps.map((step) => step.unlivedMs)).toEqual(dead.steps.map(() => 0));
  });
  test('has no field for what is expected of it', () => {
    expect(Object.keys(scenarioSchema.shape).filter((key) => /expect|verdict|claim/.test(key))).toEqual([]);
  });
});

describe('what a variant changes in the topology', () => {
  const dead = redisDown.variants['dead'];
  const setting = (set: object) =>
    defineScenario({ ...redisDown, variants: { dead: { ...dead, set } }, flips: [] } as never);
  test('is changed for it, and for no other', () => {
    const scenario = setting({ 'workloads.redis.graceMs': 1_000 });
    expect(topologyOf(honeydue, scenario, 'dead').workloads['redis']?.graceMs).toBe(1_000);
    expect(topologyOf(honeydue, redisDown, 'dead')).toEqual(honeydue);
  });
  test('must be there: the scenario is told to be wrong, with the nearest path', () => {
    expect(() => topologyOf(honeydue, setting({ 'workloads.redys.graceMs': 1 }), 'dead')).toThrowError(
      expect.objectContaining({
        code: 'SIM_SCENARIO_INVALID',
        message: expect.stringMatching(/redis-down: variants.dead.set: 1 error.*did you mean "redis"/s),
      }) as Error,
    );
  });
  test('is text, number, true or false', () => {
    expect(faultsOf({ ...redisDown, variants: { dead: { ...dead, set: { server: ['node:a'] } } } })).toContain(
      'variants.dead.set.server',
    );
  });
});

describe('what a runtime cannot do', () => {
  const runtime = {
    name: 'docker',
    lacks: (one: string) => (one === 'pause' ? 'no freezer here' : undefined),
  } as Runtime;
  test('is refused by name before anything starts', () => {
    const hung = redisDown.variants['hung'] as Variant;
    expect(() => refuseUnmodelled(runtime, actionsOf(hung))).toThrowError(
      expect.objectContaining({
        code: 'SIM_NOT_MODELLED',
        message: 'runtime "docker" cannot do "pause", which fault "hang" needs: no freezer here',
      }) as Error,
    );
  });
  test('does not keep it from playing what needs less', () => {
    expect(() => refuseUnmodelled(runtime, actionsOf(redisDown.variants['dead'] as Variant))).not.toThrow();
  });
});

describe('what the cluster reports', () => {
  const [witness] = witnessesOf(honeydue, 'oom', { workload: 'api', bytes: 1 });
  const report = (atMs: number, pod: string, event: PodReport['event'], reason?: string): PodReport => ({
    ...{ atMs, pod, workload: pod.split('-')[0] ?? '', event },
    ...(reason === undefined ? {} : { exitCode: 137, reason }),
  });
  let condition: PodCondition = 'Ready';
  const seen = async (when: 'before' | 'during' | 'after', ...reports: PodReport[]): Promise<[string, boolean]> => {
    const cluster = { reports: () => reports, podsOf: () => ['api-4'], condition: () => condition };
    const looking = { stage: {} as Stage, cluster, as: 'f', when, sinceMs: 1_000, sessions: new HeldSessions() };
    const [one] = await look(looking, honeydue, witness === undefined ? [] : [witness]);
    return [one?.answer.saw ?? '', one?.holds ?? false];
  };
  const killed = report(2_000, 'api-1', 'Exited', 'OOMKilled');
  const ready = report(3_000, 'api-1', 'Ready');
  test.each([
    ['before the fault nothing must be reported', 'before', [], ['not-reported', true]],
    ['a pod that died before the fault is no good start', 'before', [killed], ['reported', false]],
    ['while it lasts somebody must have died of it', 'during', [killed], ['reported', true]],
    ['one that is well again has died all the same', 'during', [killed, ready], ['recovered', true]],
    ['nobody died', 'during', [ready], ['not-reported', false]],
    ['of another reason', 'during', [report(2_000, 'api-1', 'Exited', 'Error')], ['not-reported', false]],
    ['another workload', 'during', [report(2_000, 'worker-1', 'Exited', 'OOMKilled')], ['not-reported', false]],
    ['before this fault', 'during', [report(999, 'api-1', 'Exited', 'OOMKilled')], ['not-reported', false]],
    ['afterwards every pod that died must be well', 'after', [killed, ready], ['recovered', true]],
    ['one is still down', 'after', [killed, ready, report(4_000, 'api-2', 'Exited', 'OOMKilled')], ['reported', false]],
    ['one died again', 'after', [killed, ready, report(4_000, 'api-1', 'Exited', 'OOMKilled')], ['reported', false]],
    ['afterwards that nobody died is no recovery', 'after', [], ['not-reported', false]],
  ] as const)('%s', async (_name, when, reports, expected) => {
    expect(await seen(when, ...reports)).toEqual(expected);
  });
  test('afterwards a pod that was replaced is as well as those that its workload has now', async () => {
    const replaced = [killed, report(4_000, 'api-1', 'Terminating')];
    expect(await seen('after', ...replaced)).toEqual(['recovered', true]);
    condition = 'Running';
    expect(await seen('after', ...replaced)).toEqual(['reported', false]);
  });
});

describe('witnesses', () => {
  test.each([
    ['crash', 'refused'],
    ['hang', 'reply-silent'],
  ] as const)('%s is looked at from every node, by PING through the Service, and must see %s', (fault, saw) => {
    const witnesses = witnessesOf(honeydue, fault, { workload: 'redis' });
    expect(witnesses.map((one) => 'from' in one && one.from)).toEqual([
      'node:hetzner1',
      'node:hetzner2',
      'node:hetzner3',
    ]);
    for (const one of witnesses)
      expect(one).toMatchObject({ target: { service: 'redis', port: 6379 }, question: { ask: 'ping' }, during: [saw] });
  });
  test('a drop is looked at in the same way, a resolver by a name; silence is what must be seen', () => {
    for (const one of witnessesOf(honeydue, 'drop', { workload: 'coredns', protocol: 'udp' }))
      expect(one).toMatchObject({
        target: { service: 'kube-dns', port: 53 },
        question: { ask: 'name' },
        during: ['connect-silent', 'reply-silent'],
      });
  });
  test('a half migration is looked at by who still reads the column by its old name', () => {
    const params = { of: 'api', place: 'external:neon', port: 5432, version: 2, table: 'task_task' };
    const witnesses = witnessesOf(honeydue, 'half-migration', { ...params, column: 'title', renamed: 'name' });
    expect(witnesses).toHaveLength(3);
    for (const one of witnesses)
      expect(one).toMatchObject({
        question: { ask: 'sql', text: 'SELECT title FROM task_task LIMIT 1' },
        during: ['sql-error'],
      });
  });
  test('a kill is looked at in what the cluster reports of the pod: by SIGKILL, and not for its memory', () => {
    expect(witnessesOf(honeydue, 'kill', { workload: 'worker' })).toEqual([
      {
        about: 'worker',
        reported: { workload: 'worker', event: 'Exited', exitCode: 137, reason: 'Error' },
        recovered: { workload: 'worker', event: 'Ready' },
      },
    ]);
  });
  test('a reset is no hindrance to who knows the address: a connect is answered all the while', () => {
    const witnesses = witnessesOf(honeydue, 'reset', { place: 'external:neon', port: 5432 });
    expect(witnesses).toHaveLength(3);
    for (const one of witnesses)
      expect(one).toMatchObject({
        target: { place: 'external:neon', port: 5432 },
        question: { ask: 'connect' },
        during: ['answer'],
      });
  });
  test.each([
    ['refuses', ['refused']],
    ['hangs', ['reply-silent']],
    ['drops', ['connect-silent', 'reply-silent']],
  ])('a database outside that %s is asked a query from every node', (how, during) => {
    const witnesses = witnessesOf(honeydue, 'outage', { place: 'external:neon', port: 5432, how });
    expect(witnesses).toHaveLength(3);
    for (const one of witnesses)
      expect(one).toMatchObject({ target: { place: 'external:neon', port: 5432 }, question: { ask: 'sql' }, during });
  });
  test('of a workload without a Service there are none: then nothing can be proven', () => {
    expect(witnessesOf(honeydue, 'crash', { workload: 'worker' })).toEqual([]);
  });
});
