/** `twin doctor`: what this machine has and what that enables; with --leftovers, what past runs left. */
import type { Command } from 'commander';
import type { Host } from '../../runtimes/embedded/host.ts';
import type { Leftovers } from '../../runtimes/embedded/sweep.ts';
import { EXITS } from '../exits.ts';
import type { Run } from '../main.ts';
import { CACHE } from '../paths.ts';

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function lines(host: Host): string[] {
  const rows: [string, string][] = [
    [
      'machine',
      `${host.platform}-${host.arch}, ${host.cores} cores (${host.processor}), ${gigabytes(host.freeMemoryBytes)} of ${gigabytes(host.memoryBytes)} free, load ${host.loadAverage.toFixed(1)}`,
    ],
    ['node', `${host.node}${host.glibc === undefined ? '' : `, glibc ${host.glibc}`}`],
    ['postgres', host.postgres ?? 'none: npm ci brings it'],
    [
      'redis',
      host.redis === undefined
        ? `none${host.aptGet ? ': the first run fetches it into this folder' : ' and no apt-get: install redis-server'}`
        : `${host.redis.product} ${host.redis.version} (${host.redis.from})`,
    ],
    ['docker', host.docker ?? 'no engine answers'],
    [
      'clean-up',
      `${host.setpriv ? 'setpriv: the kernel ends our processes with us' : 'no setpriv: the warden ends them'}${host.procfs ? '' : '; no /proc'}`,
    ],
  ];
  const runtimes = Object.entries(host.runtimes).map(([name, state]): [string, string] => [
    `--runtime ${name}`,
    state === 'runs' ? 'runs here' : `${state.missing}. instead: ${state.instead}`,
  ]);
  return [...rows, ...runtimes].map(([name, text]) => `${name.padEnd(20)} ${text}`);
}

interface AllLeftovers extends Leftovers {
  readonly containers: readonly string[];
}
type Whose = 'findLeftovers' | 'findOwnLeftovers';
/** Containers and networks of docker; none where no engine answers. */
async function containersOf(whose: Whose): Promise<readonly string[]> {
  const [docker, { connectEngine }] = await Promise.all([
    import('../../runtimes/docker/reaper.ts'),
    import('../../runtimes/docker/engine.ts'),
  ]);
  const engine = await connectEngine().catch(() => undefined);
  return engine === undefined ? [] : docker[whose](engine);
}
/** What dead runs left, or this command's own; of `runtime` alone where it is given: embedded makes no containers. */
async function find(whose: Whose, runtime?: string): Promise<AllLeftovers> {
  const [{ [whose]: findEmbedded }, containers] = await Promise.all([
    import('../../runtimes/embedded/sweep.ts'),
    runtime === 'embedded' ? [] : containersOf(whose),
  ]);
  return { ...findEmbedded(), containers };
}
const countsOf = (found: AllLeftovers): [what: string, count: number][] => [
  ['processes', found.processes.length],
  ['listening ports in 127.0.0.0/8', found.listeners.length],
  ['folders', found.folders.length],
  ['shared memory segments', found.sharedMemory.length],
  ['containers', found.containers.length],
];
const inWords = (counts: readonly [what: string, count: number][]): string =>
  counts.map(([what, count]) => `${count} ${what}`).join(', ');

/** "nothing", or what this command's own runs left; other dead ones are `twin doctor`'s to tell. */
export async function leftBehind(runtime: string): Promise<string> {
  if (runtime === 'model') return 'nothing';
  const some = countsOf(await find('findOwnLeftovers', runtime)).filter(([, count]) => count > 0);
  return some.length === 0 ? 'nothing' : inWords(some);
}

async function leftovers(): Promise<number> {
  const found = await find('findLeftovers');
  const counts = countsOf(found);
  const none = counts.every(([, count]) => count === 0);
  process.stdout.write(`${none ? 'none' : 'left by runs that died'}: ${inWords(counts)}\n`);
  for (const one of found.processes) process.stdout.write(`  process ${one.pid} of run ${one.runId}: ${one.command}\n`);
  for (const folder of found.folders) process.stdout.write(`  folder ${folder}\n`);
  for (const container of found.containers) process.stdout.write(`  container or network ${container}\n`);
  if (!none) process.stdout.write('the next rehearsal removes them\n');
  return EXITS.expected;
}

export function doctor(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('what this machine has, what that enables, what past runs left')
    .option('--leftovers', 'only what past runs left: processes, ports, folders, shared memory, containers')
    .option('--json', 'as JSON')
    .action((options: { leftovers?: true; json?: true }) =>
      run(async () => {
        if (options.leftovers === true) return leftovers();
        const { describeHost } = await import('../../runtimes/embedded/host.ts');
        const host = await describeHost(CACHE);
        process.stdout.write(
          options.json === true ? `${JSON.stringify(host, undefined, 2)}\n` : `${lines(host).join('\n')}\n`,
        );
        return EXITS.expected;
      }),
    );
}
