/** Starts parts as child processes on loopback addresses that no other test has. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HostPort } from '../../sim/parts/config.ts';

const COMPILE_CACHE = fileURLToPath(new URL('../../.cache/compile', import.meta.url));

/** Never one twice: files of a worker share this module. */
let port = 20_000;
/** An address of this process alone, so that tests can run side by side: 127.x.y.z from its pid, ports counted up. */
export function addresses(): () => HostPort {
  const host = `127.${64 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;
  return () => ({ host, port: port++ });
}

export interface Program extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Every JSON message that was neither ready nor ack, in order; resolves once `enough` holds. */
  until(enough: (messages: readonly Record<string, unknown>[]) => boolean): Promise<readonly Record<string, unknown>[]>;
  readonly log: readonly string[];
  send(message: unknown): void;
  /** Settles when the part says that the table is in force. */
  table(table: unknown): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** Starts `sim/parts/<part>/main.ts` and waits for its ready line. Disposing ends it through its standard input. */
export async function startProgram(part: string, config: unknown): Promise<Program> {
  const main = fileURLToPath(new URL(`../../sim/parts/${part}/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, TWIN_PART: JSON.stringify(config) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ready = Promise.withResolvers<void>();
  const exit = Promise.withResolvers<number | NodeJS.Signals>();
  const messages: Record<string, unknown>[] = [];
  const log: string[] = [];
  const acks = new Map<number, () => void>();
  const watchers = new Set<() => void>();
  const onLine = (line: string): void => {
    if (!line.startsWith('{')) return void log.push(line);
    const message = JSON.parse(line) as Record<string, unknown>;
    if (message['ready'] === true) ready.resolve();
    else if (typeof message['ack'] === 'number') acks.get(message['ack'])?.();
    else messages.push(message);
  };
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    for (const watch of watchers) watch();
  });
  child.on('exit', (code, signal) => {
    exit.resolve(code ?? signal ?? 'SIGKILL');
    ready.reject(new Error(`${part} ended before it was ready: ${log.join('; ')}`));
  });
  child.stdin.on('error', () => {});
  await ready.promise;
  let id = 0;
  return {
    pid: child.pid ?? 0,
    exited: exit.promise,
    log,
    until(enough) {
      const { promise, resolve } = Promise.withResolvers<readonly Record<string, unknown>[]>();
      const watch = (): void => {
        if (!enough(messages)) return;
        watchers.delete(watch);
        resolve(messages);
      };
      watchers.add(watch);
      watch();
      return promise;
    },
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    table(table) {
      const { promise, resolve } = Promise.withResolvers<void>();
      acks.set(++id, resolve);
      child.stdin.write(`${JSON.stringify({ id, table })}\n`);
      return promise;
    },
    signal: (name) => void child.kill(name),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      child.kill('SIGCONT');
      await exit.promise;
    },
  };
}
