/** One of our own programs in a container: its ready line, its tables, its messages (`sim/parts/config.ts` has the protocol). */
import type { Attached, ContainerOptions, Engine, RunningContainer } from './engine.ts';

export interface Part {
  readonly container: RunningContainer;
  /** Settles when it listens; never when it dies before. */
  readonly ready: Promise<void>;
  /** Puts a table in force; settles when the part says so, or when it is gone. */
  table(table: unknown): Promise<void>;
  send(message: unknown): void;
}
export interface PartOptions extends Pick<ContainerOptions, 'name' | 'image' | 'network' | 'memoryLimitBytes'> {
  /** Its program below the repository, `sim/parts/api/main.ts`. */
  readonly program: string;
  readonly config: unknown;
  /** Every line of JSON that is not of the protocol itself. */
  readonly onMessage?: (message: Readonly<Record<string, unknown>>) => void;
}

export async function startPart(engine: Engine, options: PartOptions): Promise<Part> {
  const ready = Promise.withResolvers<void>();
  const acks = new Map<number, () => void>();
  let count = 0;
  const { program, config, onMessage, ...rest } = options;
  const attached: Attached = await engine.startAttached(
    {
      ...rest,
      command: [program],
      env: { TWIN_PART: JSON.stringify(config), NODE_OPTIONS: '--max-semi-space-size=2' },
    },
    (line, stream) => {
      const message = stream === 'stdout' ? parsed(line) : undefined;
      if (message?.['ready'] === true) ready.resolve();
      else if (typeof message?.['ack'] === 'number') acks.get(message['ack'])?.();
      else if (message !== undefined) onMessage?.(message);
    },
  );
  const gone = attached.container.exited.then(() => undefined);
  const send = (message: unknown): void => attached.write(`${JSON.stringify(message)}\n`);
  return {
    container: attached.container,
    ready: ready.promise,
    send,
    table(table) {
      const id = ++count;
      const acknowledged = new Promise<void>((resolve) => acks.set(id, resolve));
      send({ id, table });
      return Promise.race([acknowledged, gone]).finally(() => acks.delete(id));
    },
  };
}

/** A line of the protocol, or undefined for a log line. */
function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
