/**
 * The program: `node main.ts [-host localhost] [-port 8474] [-socket PATH]`, flags as Toxiproxy's.
 *
 * Prints one line, `{"ready":true,"port":N}`, when it listens. Ends on SIGTERM or SIGINT, and with TWIN_PARENT_PIPE=1
 * also when its standard input closes: nothing then outlives the process that started it.
 */
import { parseArgs } from 'node:util';
import { keepCompiled } from '../part.ts';
import { createToxiproxy } from './server.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).map((argument) => argument.replace(/^-(?=[a-z])/u, '--')),
  options: {
    host: { type: 'string', default: 'localhost' },
    port: { type: 'string', default: '8474' },
    socket: { type: 'string' },
  },
});

const server = createToxiproxy();
const end = (): void => void server.close().finally(() => process.exit(0));
process.once('SIGTERM', end);
process.once('SIGINT', end);
if (process.env['TWIN_PARENT_PIPE'] === '1') process.stdin.once('end', end).resume();

if (values.socket !== undefined) await server.listenOnSocket(values.socket);
const port = await server.listen(values.host, Number(values.port));
process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
keepCompiled();
