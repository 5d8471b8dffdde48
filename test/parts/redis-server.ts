/** A real Redis for one test file, where the machine has one. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { HostPort } from '../../sim/parts/config.ts';

/** Why tests that need Redis are skipped, or undefined. */
export function noRedis(): string | undefined {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no redis-server on the path';
  }
}

export interface RedisServer extends AsyncDisposable {
  signal(name: NodeJS.Signals): void;
}
/** Settles when it accepts connections. */
export async function redisServer({ host, port }: HostPort): Promise<RedisServer> {
  const child = spawn('redis-server', ['--bind', host, '--port', String(port), '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of child.stdout.setEncoding('utf8'))
    if (String(line).includes('Ready to accept connections')) break;
  return {
    signal: (name) => void child.kill(name),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
