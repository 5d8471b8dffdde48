/** The yardstick for bring-up: nine bare Node servers started at once, until each answers a connect. Prints milliseconds. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const SERVER =
  "require('node:net').createServer().listen(0, '127.0.0.1', () => console.log('up')); process.stdin.on('end', () => process.exit()).resume()";
const fromMs = performance.now();
const servers = Array.from({ length: 9 }, () =>
  spawn(process.execPath, ['-e', SERVER], { stdio: ['pipe', 'pipe', 'inherit'] }),
);
await Promise.all(servers.map((server) => once(server.stdout, 'data')));
process.stdout.write(`${JSON.stringify({ upMs: performance.now() - fromMs })}\n`);
for (const server of servers) server.stdin.end();
