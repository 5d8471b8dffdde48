import { RedisContainer } from '@testcontainers/redis';
import { GenericContainer, type StartedNetwork, type StartedTestContainer } from 'testcontainers';

/** The image under a variable such as `TWIN_IMAGE_REDIS`, set by the tests' configuration or by the user. */
export function imageOf(variable: string): string {
  const image = process.env[variable];
  if (!image) throw new Error(`${variable} is not set: run test/docker/images.ts build`);
  return image;
}

/** A started container that does nothing: it holds a network address, as a pod's sandbox does. */
export function startSandbox(network: StartedNetwork): Promise<StartedTestContainer> {
  return new GenericContainer(imageOf('TWIN_IMAGE_SANDBOX')).withNetwork(network).start();
}

/** A started container beside a sandbox, in its network namespace, that may write packet filter rules there. */
export function startFirewall(sandbox: StartedTestContainer): Promise<StartedTestContainer> {
  const container = new GenericContainer(imageOf('TWIN_IMAGE_NETADMIN')).withAddedCapabilities('NET_ADMIN');
  return container.withNetworkMode(`container:${sandbox.getId()}`).start();
}

/** Redis inside a sandbox. Its class publishes the port when made, which the engine refuses in another's namespace. */
export class SandboxedRedis extends RedisContainer {
  constructor(image: string, sandbox: StartedTestContainer) {
    super(image);
    this.exposedPorts = [];
    delete this.createOpts.ExposedPorts;
    delete this.hostConfig.PortBindings;
    this.withNetworkMode(`container:${sandbox.getId()}`);
  }
}

/** Longer than any answer takes on one machine; a dropped packet is never answered. */
const SILENCE_MS = 1500;
const DIAL = `
const [host, port] = process.argv.slice(1);
const socket = require('node:net').connect(Number(port), host);
const tell = (word) => { console.log(word); process.exit(); };
socket.on('connect', () => tell('connected')).on('error', (error) => tell(error.code));
setTimeout(tell, ${SILENCE_MS}, 'silent');
`;

/**
 * Dials an address from inside a container that has the pinned Node (the image of the parts).
 *
 * @returns `connected`, `silent`, or the error's code, such as `ECONNREFUSED`
 */
export async function dial(from: StartedTestContainer, host: string, port: number): Promise<string> {
  const { stdout } = await from.exec(['/twin/node_modules/.bin/node', '-e', DIAL, host, String(port)]);
  return stdout.trim();
}

/** A started container to dial from. */
export function startDialler(network: StartedNetwork): Promise<StartedTestContainer> {
  const container = new GenericContainer(imageOf('TWIN_IMAGE_PARTS')).withNetwork(network);
  return container.withCommand(['-e', 'process.on("SIGTERM", process.exit); setInterval(() => {}, 1e9)']).start();
}
