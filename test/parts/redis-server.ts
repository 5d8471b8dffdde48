/** A real Redis for one test file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { HostPort } from '../../sim/parts/config.ts';
import { redisProgram } from '../redis.ts';

export interface RedisServer extends AsyncDisposable {
  signal(name: NodeJS.Signals): void;
}
/** Settles when it accepts connections. */
export async function redisServer({ host, port }: HostPort): Promise<RedisServer> {
  const { path, env } = redisProgram();
  const child = spawn(path, ['--bind', host, '--port', String(port), '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
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
