/**
 * The one file that starts containers, through dockerode, and maps the engine's words to ours. Every container bears the
 * labels of its run, has no capability it does not need and publishes ports on 127.0.0.1 only.
 */
import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { PassThrough } from 'node:stream';
import Dockerode from 'dockerode';
import { SimError } from '../../errors.ts';
import type { Exit } from '../contract.ts';
import type { Run } from './owner.ts';

export interface ContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** An address of its own, or another container's namespace. */
  readonly network: { readonly id: string; readonly ip: string } | { readonly joins: string } | 'none';
  readonly capabilities?: readonly string[];
  /** Ports published on 127.0.0.1. */
  readonly publish?: readonly number[];
  readonly memoryLimitBytes?: number;
}
/** Its standard streams. When this process dies its standard input ends. */
export interface Attached {
  readonly container: RunningContainer;
  write(text: string): void;
}
export type OnLine = (line: string, stream: 'stdout' | 'stderr') => void;

export interface RunningContainer {
  readonly id: string;
  /** Breaks with SimError `SIM_RUNTIME_UNAVAILABLE` when the engine does not tell; nobody has to catch that. */
  readonly exited: Promise<Exit>;
  /** A paused container gets SIGTERM when it is resumed, before it does anything else, as a stopped process does. */
  signal(name: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  logTail(lines: number): Promise<readonly string[]>;
  /** The port of this machine under which a published port is reached. */
  published(port: number): Promise<number>;
  remove(): Promise<void>;
}
export interface Subnet {
  readonly id: string;
  /** The first two octets of its addresses. */
  readonly prefix: string;
}

/** @throws SimError `SIM_RUNTIME_UNAVAILABLE` when no engine answers */
export async function connectEngine(): Promise<Dockerode> {
  const docker = new Dockerode();
  try {
    await docker.ping();
  } catch (cause) {
    throw new SimError('SIM_RUNTIME_UNAVAILABLE', 'no container engine answers', {
      cause,
      hint: 'start Docker, or set DOCKER_HOST; --runtime embedded needs none',
    });
  }
  return docker;
}

/** Second octets that subnets are taken from; 10.42 and 10.43 are the cluster's own. */
const [OCTETS_FROM, OCTETS_TO] = [64, 192];

export class Engine {
  readonly docker: Dockerode;
  readonly run: Run;
  private count = 0;
  constructor(docker: Dockerode, run: Run) {
    this.docker = docker;
    this.run = run;
  }

  /** A network of the run's own: a /16 that neither this machine nor another network of the engine uses. */
  async createNetwork(): Promise<Subnet> {
    const used = new Set(Object.values(networkInterfaces()).flatMap((all) => all?.map((one) => prefixOf(one.address))));
    const first = randomInt(OCTETS_FROM, OCTETS_TO);
    for (let step = 0; step < OCTETS_TO - OCTETS_FROM; step++) {
      const octet = OCTETS_FROM + ((first - OCTETS_FROM + step) % (OCTETS_TO - OCTETS_FROM));
      const prefix = `10.${octet}`;
      if (used.has(prefix)) continue;
      const made = await this.tryNetwork(prefix);
      if (made !== undefined) return { id: made, prefix };
    }
    throw new SimError('SIM_ADDRESS_TAKEN', `no /16 between 10.${OCTETS_FROM} and 10.${OCTETS_TO - 1} is free`);
  }
  private async tryNetwork(prefix: string): Promise<string | undefined> {
    try {
      const network = await this.docker.createNetwork({
        Name: `twin-${this.run.id}`,
        Driver: 'bridge',
        Labels: { ...this.run.labels },
        IPAM: { Driver: 'default', Config: [{ Subnet: `${prefix}.0.0/16`, Gateway: `${prefix}.0.1` }] },
      });
      return network.id;
    } catch (error) {
      if (/overlap/i.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** Starts a container whose standard streams are ours. */
  async startAttached(options: ContainerOptions, onLine: OnLine): Promise<Attached> {
    const container = await this.docker.createContainer(this.createOptions(options));
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
    splitLines(this.docker, stream, onLine);
    await container.start();
    return {
      container: this.running(container.id),
      write: (text) => void (stream.writable && stream.write(text)),
    };
  }

  /** A container that was started by whomever. */
  running(id: string): RunningContainer {
    return new Running(this.docker.getContainer(id));
  }

  /** Starts an exited container again, with the files it left; one that runs goes on. */
  async startAgain(id: string): Promise<RunningContainer> {
    const { State } = await this.docker.getContainer(id).inspect();
    if (!State.Running) await this.docker.getContainer(id).start();
    return this.running(id);
  }

  /** Unique in this run, readable in `docker ps`. */
  nameOf(name: string): string {
    return `twin-${this.run.id}-${name.replaceAll(/[^a-zA-Z0-9_.-]/g, '-')}-${++this.count}`;
  }

  private createOptions(options: ContainerOptions): Dockerode.ContainerCreateOptions {
    const { network, publish = [], memoryLimitBytes: limit } = options;
    const ports = publish.map((port) => `${port}/tcp`);
    return {
      name: this.nameOf(options.name),
      Image: options.image,
      Cmd: [...options.command],
      ...(options.entrypoint === undefined ? {} : { Entrypoint: [...options.entrypoint] }),
      Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
      Labels: { ...this.run.labels },
      ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true, OpenStdin: true, StdinOnce: true },
      ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
      HostConfig: {
        NetworkMode: network === 'none' ? 'none' : 'joins' in network ? `container:${network.joins}` : network.id,
        CapDrop: ['ALL'],
        CapAdd: [...(options.capabilities ?? [])],
        SecurityOpt: ['no-new-privileges'],
        PortBindings: Object.fromEntries(ports.map((port) => [port, [{ HostIp: '127.0.0.1', HostPort: '0' }]])),
        ...(limit === undefined ? {} : { Memory: limit, MemorySwap: limit }),
        // Programs listen on 53, 80 and 443 without being root; a joined namespace has its sandbox's.
        ...(typeof network === 'object' && 'ip' in network
          ? { Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' } }
          : {}),
      },
      ...(typeof network === 'object' && 'ip' in network
        ? { NetworkingConfig: { EndpointsConfig: { [network.id]: { IPAMConfig: { IPv4Address: network.ip } } } } }
        : {}),
    };
  }
}

/** Done when it has ended, or when nobody will tell. */
export const whenOver = ({ exited }: Pick<RunningContainer, 'exited'>, act: () => void): void =>
  void exited.then(act, act);

class Running implements RunningContainer {
  readonly id: string;
  readonly exited: Promise<Exit>;
  private readonly container: Dockerode.Container;
  private paused = false;
  private toldToEnd = false;
  constructor(container: Dockerode.Container) {
    this.container = container;
    this.id = container.id;
    this.exited = this.exit();
    this.exited.catch(() => undefined);
  }

  private async exit(): Promise<Exit> {
    const { StatusCode: code } = (await this.container.wait().catch((cause: unknown) => {
      const why = `the container engine does not tell how a container ended: ${(cause as Error).message}`;
      throw new SimError('SIM_RUNTIME_UNAVAILABLE', why, { cause });
    })) as { readonly StatusCode: number };
    // Removed meanwhile, as a sandbox's container is: how it ended is known all the same.
    const state = await this.container.inspect().then(
      ({ State }) => State,
      () => undefined,
    );
    if (state?.OOMKilled === true) return { code, reason: 'OOMKilled' };
    return { code, reason: code === 0 ? 'Completed' : 'Error' };
  }

  async signal(name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.paused && name === 'SIGTERM') this.toldToEnd = true;
    else await unlessOver(this.container.kill({ signal: name }));
  }

  async pause(): Promise<void> {
    await unlessOver(this.container.pause());
    this.paused = true;
  }

  async resume(): Promise<void> {
    this.paused = false;
    // The engine resumes a container that it signals, after the signal.
    if (this.toldToEnd) await unlessOver(this.container.kill({ signal: 'SIGTERM' }));
    await unlessOver(this.container.unpause());
  }

  async logTail(lines: number): Promise<readonly string[]> {
    const raw = await this.container.logs({ stdout: true, stderr: true, tail: lines });
    return textsOf(raw).join('').split('\n').filter(Boolean);
  }

  async published(port: number): Promise<number> {
    const { NetworkSettings } = await this.container.inspect();
    const bound = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
    if (bound === undefined) throw new Error(`port ${port} of ${this.id} is not published`);
    return Number(bound);
  }

  async remove(): Promise<void> {
    await unlessOver(this.container.remove({ force: true, v: true }));
  }
}

/** Not running, not paused (the engine's word or its runtime's), gone, or being removed: what was asked for has come about by itself. */
async function unlessOver(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const { statusCode, message } = error as { readonly statusCode?: number; readonly message: string };
    const over =
      statusCode === 404 ||
      statusCode === 409 ||
      /not (running|paused)|stopped container|resume a running process/.test(message);
    if (!over) throw error;
  }
}

const prefixOf = (address: string): string => address.split('.').slice(0, 2).join('.');

function splitLines(docker: Dockerode, stream: NodeJS.ReadWriteStream, onLine: OnLine): void {
  const outputs = (['stdout', 'stderr'] as const).map((name) => {
    const output = new PassThrough();
    let rest = '';
    output.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') onLine(line, name);
    });
    return output;
  });
  const [stdout, stderr] = outputs;
  if (stdout === undefined || stderr === undefined) return;
  (docker.modem as { demuxStream(from: NodeJS.ReadWriteStream, out: PassThrough, err: PassThrough): void }).demuxStream(
    stream,
    stdout,
    stderr,
  );
  stream.on('error', () => {}); // the container's end shows elsewhere
}

/** The engine's log format: eight bytes of header (stream, length) before each piece. */
function textsOf(raw: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at + 8 <= raw.length;) {
    const end = at + 8 + raw.readUInt32BE(at + 4);
    texts.push(raw.toString('utf8', at + 8, end));
    at = end;
  }
  return texts;
}
