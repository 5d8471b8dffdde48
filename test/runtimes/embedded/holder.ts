/** A stand-in for the command: opens a run with four processes (one stopped, one a wrapper with two below it: one that left its session, one that shows another environment), says so, and waits to be killed. */
import { spawnPart } from '../../../sim/runtimes/embedded/processes.ts';
import { descendants } from '../../../sim/runtimes/embedded/process-table.ts';
import { openRun } from '../../../sim/runtimes/embedded/warden.ts';

const run = openRun();
console.log(JSON.stringify({ runId: run.runId, path: run.path }));
spawnPart(run, { name: 'plain', command: 'sleep', args: ['1000'] });
spawnPart(run, { name: 'deaf', command: 'sh', args: ['-c', 'trap "" TERM INT HUP QUIT; while :; do sleep 1; done'] });
const stopped = spawnPart(run, { name: 'stopped', command: 'sleep', args: ['1000'] });
stopped.pause();
// What this starts is in no journal and has no parent when the wrapper has gone. What shows another environment is known by
// the wrapper's session: it is started when that is journaled, a moment after the wrapper.
const wrapper = spawnPart(run, {
  name: 'wrapper',
  command: 'sh',
  args: ['-c', 'setsid sleep 1000 & read -r _ || exit; env -i A=1 sleep 1000 & echo started; exec sleep 1000'],
});
wrapper.send('go on');
while (wrapper.lines(1)[0] !== 'started' || descendants(wrapper.pid).length < 2)
  await new Promise((next) => setTimeout(next, 2));
console.log('up');
setInterval(() => {}, 1000);
