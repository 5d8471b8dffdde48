/** The least a Node program can do between two sockets: the floor that `link.ts` compares with. */
import { connect, createServer, type AddressInfo } from 'node:net';

const upstreamPort = Number(process.argv[2]);
const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ port: upstreamPort, host: '127.0.0.1', noDelay: true });
  for (const socket of [client, upstream]) socket.on('error', () => {});
  client.pipe(upstream).pipe(client);
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.once('end', () => process.exit(0)).resume();
