/**
 * Claim    The book: when an api pod runs out of memory users get a 502 for a moment; kubelet restarts it.
 * Method   Once: the three pods, one after the other, take memory in one go and are killed at their limit.
 *          Where there are fewer than three, one dies more than once, and its second restart waits.
 *          Cascade: one dies, its load moves to the others, and each request leaves something behind in them too.
 *          Leak: every request leaves some behind, in every pod, until all of it is healed.
 * Look at  Who got a 502 and for how long at a stretch; what back-off makes of a second death.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const MIB = 1024 * 1024;
/** Small, so that no machine is endangered: three pods hold less than 450 MiB together. The outcome does not hang on it. */
const LIMIT = 144 * MIB;
const set = { 'workloads.api.memoryLimitBytes': LIMIT };
const before = (lastsMs: number) => [
  // 137 phones, and everything behind them, connect at 45 requests a second.
  { name: 'connections are made', phase: 'warm-up' as const, lastsMs: 6_000, leastMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs },
  // Who is under way when a pod dies was due before that, and meets it all the same.
  { name: 'a second before', phase: 'during' as const, lastsMs: 1_000 },
];
/** It takes as much as its limit is: whatever it held before, it dies. */
const killed = (pod: number) => ({
  name: `${pod === 0 ? 'an' : 'another'} api pod takes memory`,
  phase: 'during' as const,
  do: [{ fault: 'oom' as const, params: { workload: 'api', pod, bytes: LIMIT }, as: `pod-${pod}` }],
  lastsMs: 14_000,
});

const scenario = defineScenario({
  id: 'api-pod-oom',
  title: 'An api pod out of memory',
  layer: 'api pod OOM',
  about:
    'The program really takes memory, and past its limit it is killed: exit 137, OOMKilled. The pod and its address stay, dials are refused until the container serves again. Meanwhile its load is with the others, and stays there: the ingress keeps its connections to them. Where requests leave something behind they die next, and the second time nobody is there for the 10 s of back-off. The limit is 144 MiB here (512 in the topology), so that no machine is endangered.',
  sources: [
    'chapter 12, failure table, "api pod OOM"',
    'Kubernetes pod lifecycle: the first restart at once, then after 10 s, 20 s, 40 s, at most 300 s',
    'Traefik 3.7.9: a backend that hangs up before its answer or refuses is a 502; Go repeats a GET on a stale connection',
  ],
  load: 'budget',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('api', 'worker'),
  variants: {
    once: {
      title: 'One api pod, out of memory once',
      set,
      steps: [
        ...before(8_000),
        ...[0, 1, 2].map(killed),
        {
          name: 'nothing takes memory any more',
          phase: 'after',
          do: [0, 1, 2].map((pod) => ({ heal: `pod-${pod}` })),
          // Where one pod is all there is, its third restart waits for 20 s.
          lastsMs: 12_000,
          leastMs: 12_000,
        },
      ],
    },
    cascade: {
      title: 'api pods, in turn',
      set,
      steps: [
        ...before(6_000),
        {
          name: 'one dies, the others carry its load and grow with each request',
          phase: 'during',
          do: [
            {
              fault: 'oom',
              params: { workload: 'api', perRequestBytes: Math.round(0.6 * MIB) },
              as: 'growth',
            },
            { fault: 'oom', params: { workload: 'api', pod: 0, bytes: LIMIT }, as: 'first' },
          ],
          lastsMs: 16_000,
          leastMs: 16_000,
        },
        // Who died twice is back after 10 s: nobody dies a third time.
        {
          name: 'requests leave nothing behind any more, back-off runs',
          phase: 'during',
          do: [{ heal: 'growth' }],
          lastsMs: 8_000,
          leastMs: 8_000,
        },
        { name: 'all are back', phase: 'after', do: [{ heal: 'first' }], lastsMs: 9_000, leastMs: 9_000 },
      ],
    },
    leak: {
      title: 'api pods, leaking',
      set,
      steps: [
        ...before(8_000),
        {
          name: 'every request leaks',
          phase: 'during',
          do: [{ fault: 'oom', params: { workload: 'api', perRequestBytes: MIB }, as: 'leak' }],
          // Long after all have died twice, in 8 to 13 s: how much of their back-off is left when it is mended decides no verdict.
          lastsMs: 15_000,
          leastMs: 15_000,
        },
        // Who died twice comes back after a back-off of 10 s, its start and its probe: never shorter than that.
        { name: 'the leak is mended', phase: 'after', do: [{ heal: 'leak' }], lastsMs: 16_000, leastMs: 16_000 },
      ],
    },
  },
  order: [],
  minHits: 10,
  flips: [
    { variant: 'once', set: 'workloads.api.replicas=1', says: 'one api pod' },
    { variant: 'cascade', set: 'workloads.api.replicas=6', says: 'six api pods' },
  ],
  decoy: { workload: 'worker' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
