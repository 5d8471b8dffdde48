/** A stand-in for the command: opens a run with four processes (one stopped, one below a wrapper that left its session), says so, and waits to be killed. */
import { spawnPart } from '../../../sim/runtimes/embedded/processes.ts';
import { descendants } from '../../../sim/runtimes/embedded/process-table.ts';
import { openRun } from '../../../sim/runtimes/embedded/warden.ts';

const run = openRun();
console.log(JSON.stringify({ runId: run.runId, path: run.path }));
spawnPart(run, { name: 'plain', command: 'sleep', args: ['1000'] });
spawnPart(run, { name: 'deaf', command: 'sh', args: ['-c', 'trap "" TERM INT HUP QUIT; while :; do sleep 1; done'] });
const stopped = spawnPart(run, { name: 'stopped', command: 'sleep', args: ['1000'] });
stopped.pause();
// What this starts is in no journal, in no session of ours and has no parent when the wrapper has gone.
const wrapper = spawnPart(run, {
  name: 'wrapper',
  command: 'sh',
  args: ['-c', 'setsid sleep 1000 & echo started; exec sleep 1000'],
});
while (wrapper.lines(1)[0] !== 'started' || descendants(wrapper.pid).length === 0)
  await new Promise((next) => setTimeout(next, 2));
console.log('up');
setInterval(() => {}, 1000);
