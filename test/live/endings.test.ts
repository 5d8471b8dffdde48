/** However a live run ends, nothing of it stays: no process, listener, folder or shared memory. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { SAME_PRESS_MS } from '../../sim/cli/interruption.ts';
import { createPrng } from '../../sim/prng.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { signalQuietly } from '../../sim/runtimes/embedded/processes.ts';
import { twin } from '../cli/command.ts';
import { foldersOf, type Traces } from './traces.ts';
import { faultApplied, inPhase, ownTemporary, played, rehearseLive, type LiveTwin } from './twin.ts';

const wardensOf = (live: LiveTwin): Traces['processes'] =>
  live.traces().processes.filter(({ command }) => command.includes('warden.sh'));
const podsStart = (entries: readonly Entry[]): boolean =>
  entries.some((entry) => entry.kind === 'pod' && entry.event === 'Started');

/** Processes that stand still until this is disposed; at least one. */
function stopped(processes: Traces['processes']): Disposable {
  expect(processes.length).toBeGreaterThan(0);
  for (const { pid } of processes) process.kill(pid, 'SIGSTOP');
  return {
    [Symbol.dispose]() {
      for (const { pid } of processes) signalQuietly(pid, 'SIGCONT');
    },
  };
}
/** Far beyond what an end takes that waits for nobody. */
const WITHOUT_WAIT_MS = 20_000;

describe.concurrent('live: an end by a signal', () => {
  test.for([
    ['while the cluster comes up', 'dead', 'SIGINT', podsStart],
    ["while users' requests flow", 'dead', 'SIGTERM', inPhase('before')],
    ['while Redis dies again and again', 'dead', 'SIGINT', faultApplied],
    ['while Redis is stopped', 'hung', 'SIGINT', faultApplied],
    ['when the terminal closes', 'hung', 'SIGHUP', inPhase('warm-up')],
  ] as const)('%s (%s, %s) exits 130, keeps the journal and leaves nothing', async ([, variant, signal, shown]) => {
    await using live = rehearseLive(variant);
    await live.until('the instant of the signal', shown);
    expect(live.traces().processes.length).toBeGreaterThan(5);
    live.child.kill(signal);
    const { code, err } = await live.ended;
    expect(err).toContain('everything was cleaned up');
    expect(code).toBe(130);
    // By itself, before it ended: nothing has to be waited for.
    expect(foldersOf(live.pid)).toEqual([]);
    await live.nothingLeft();
    const ends = live.entries().filter((entry) => entry.kind === 'run-end');
    expect(ends).toEqual([expect.objectContaining({ ended: 'interrupted' })]);
  });

  test('a second Ctrl-C does not wait, exits 130 and leaves nothing either', async () => {
    // Any start beside it would sweep what the second one leaves.
    using root = ownTemporary();
    await using live = rehearseLive('hung', [], { env: { TMPDIR: root.path } });
    await live.until('the fault', faultApplied);
    {
      // Its way down ends with its wardens, and they do not end.
      using _ = stopped(wardensOf(live));
      live.child.kill('SIGINT');
      await live.until('the first one was heard', played);
      // Later than an echo of the same press would come.
      await delay(2 * SAME_PRESS_MS);
      expect(live.child.exitCode).toBe(null);
      live.child.kill('SIGINT');
      const patience = delay(WITHOUT_WAIT_MS, 'still waits', { ref: false });
      expect(await Promise.race([live.ended, patience])).toMatchObject({ code: 130 });
    }
    expect(live.entries().filter((entry) => entry.kind === 'run-end')).toEqual([]);
    await live.nothingLeft();
  });
});

/** Where a run may be killed, and how long after the journal shows it, in milliseconds at most. */
const stretches: readonly {
  readonly what: string;
  readonly shown: (entries: readonly Entry[], live: LiveTwin) => boolean;
  readonly withinMs: number;
}[] = [
  // Before there is a warden, only the next start sweeps.
  { what: 'it has a warden', shown: (_, live) => wardensOf(live).length > 0, withinMs: 1_000 },
  { what: 'its pods start', shown: podsStart, withinMs: 1_500 },
  { what: "users' requests flow", shown: inPhase('warm-up'), withinMs: 2_500 },
  { what: 'Redis is down', shown: faultApplied, withinMs: 6_000 },
  { what: 'Redis is back', shown: inPhase('after'), withinMs: 3_000 },
  { what: 'all is played', shown: played, withinMs: 100 },
];
/** One a stretch; more of them by TWIN_KILLS. */
const kills = Number(process.env['TWIN_KILLS'] ?? stretches.length);
const seed = Number(process.env['TWIN_SEED'] ?? 7);
const prng = createPrng(seed).split('kills');
const instants = Array.from({ length: Math.ceil(kills / stretches.length) }, () => stretches)
  .flat()
  .slice(0, kills)
  .map((stretch) => ({ ...stretch, ms: Math.round(prng.next() * stretch.withinMs) }));

describe.concurrent(`live: kill -9 of the command (TWIN_SEED=${seed})`, () => {
  test.for(instants)('$ms ms after $what: its warden leaves nothing', async ({ what, shown, ms }) => {
    // Any start beside it would sweep what the warden leaves.
    using root = ownTemporary();
    await using live = rehearseLive(ms % 2 === 0 ? 'dead' : 'hung', [], { env: { TMPDIR: root.path } });
    await live.until(what, (entries) => shown(entries, live));
    await delay(ms);
    live.traces();
    live.child.kill('SIGKILL');
    // On its way down it may have come to its own end.
    expect(shown === played ? [null, 2] : [null]).toContain((await live.ended).code);
    await live.nothingLeft();
  });

  test('with all its wardens leaves nothing after the next start', async () => {
    // Any start beside it would sweep what the next one is to find.
    using root = ownTemporary();
    const env = { TMPDIR: root.path };
    await using live = rehearseLive('hung', [], { env });
    await live.until('the fault', faultApplied);
    const wardens = wardensOf(live);
    expect(wardens.length).toBeGreaterThan(0);
    for (const { pid } of wardens) process.kill(pid, 'SIGKILL');
    live.child.kill('SIGKILL');
    await live.ended;
    const found = await twin(['doctor', '--leftovers'], { env });
    const [folder, ...others] = foldersOf(live.pid, root.path);
    expect(others).toEqual([]);
    expect(found.out).toContain(`folder ${folder}`);
    // The next start sweeps before it finds out that it has nothing to run.
    await twin(['rehearse', '--no-fetch', '--out', '/dev/null'], { env });
    await live.nothingLeft();
  });
});
