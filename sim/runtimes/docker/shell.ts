/**
 * A pod's sandbox: a container that holds an address and a network namespace, and the shell in it that writes packet
 * filter rules there. Other containers join its namespace; it outlives them.
 */
import { SimError } from '../../errors.ts';
import type { Attached, Engine, RunningContainer } from './engine.ts';
import { CHAINS } from './firewall.ts';

export interface Shell {
  readonly container: RunningContainer;
  readonly host: string;
  /** Runs a script. @returns its lines. @throws Error with them when it fails */
  run(script: string): Promise<readonly string[]>;
}
export interface ShellOptions {
  readonly name: string;
  readonly image: string;
  readonly networkId: string;
  readonly host: string;
  /** Address of the name server that programs here ask, where they read resolv.conf. */
  readonly nameServer?: string | undefined;
  readonly publish?: readonly number[];
}

/** Our own programs are told their name servers; Traefik reads this file. */
const resolvConf = (server: string): string =>
  `cat > /etc/resolv.conf <<'END'\nnameserver ${server}\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\nEND`;

interface Result {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Starts a sandbox; settles when rules can be written. */
export async function startShell(engine: Engine, options: ShellOptions): Promise<Shell> {
  const waiting = new Map<number, (result: Result | Promise<Result>) => void>();
  let lines: string[] = [];
  let count = 0;
  const attached: Attached = await engine.startAttached(
    {
      name: options.name,
      image: options.image,
      command: ['sh'],
      network: { id: options.networkId, ip: options.host },
      capabilities: ['NET_ADMIN'],
      publish: options.publish ?? [],
    },
    (line) => {
      const done = /^#done (\d+) (\d+)$/.exec(line);
      if (done === null) return void lines.push(line);
      waiting.get(Number(done[1]))?.({ code: Number(done[2]), lines });
      waiting.delete(Number(done[1]));
      lines = [];
    },
  );
  // A sandbox that is gone has no rules to be written; of one whose engine does not tell nobody knows.
  const gone = attached.container.exited.then((): Result => ({ code: 0, lines: [] }));
  let over = false;
  const end = (): void => {
    over = true;
    for (const settle of waiting.values()) settle(gone);
    waiting.clear();
  };
  void gone.then(end, end);
  const shell: Shell = {
    container: attached.container,
    host: options.host,
    async run(script) {
      if (over) return (await gone).lines;
      const id = ++count;
      const result = new Promise<Result>((resolve) => waiting.set(id, resolve));
      attached.write(`{\n${script}\n} 2>&1 </dev/null; echo "#done ${id} $?"\n`);
      const { code, lines } = await result;
      if (code !== 0) throw new Error(`in sandbox ${options.name}: exit ${code}: ${lines.join(' | ')}\n${script}`);
      return lines;
    },
  };
  await prepare(shell, options);
  return shell;
}

async function prepare(shell: Shell, { nameServer, image }: ShellOptions): Promise<void> {
  const names = nameServer === undefined ? 'true' : resolvConf(nameServer);
  try {
    await shell.run(`iptables-restore --noflush <<'END' &&\n${CHAINS}END\n${names}`);
  } catch (cause) {
    const why = (cause as Error).message.split('\n')[0] ?? '';
    throw new SimError('SIM_RUNTIME_UNAVAILABLE', `the packet filter of a pod cannot be written: ${why}`, {
      cause,
      hint: `image ${image} needs iptables, the kernel its modules nat, statistic, conntrack, length`,
    });
  }
}
