/** One of our own programs in a container. */
import { talkWith, type Message, type Talk } from '../talk.ts';
import type { Attached, ContainerOptions, Engine, RunningContainer } from './engine.ts';

export interface Part extends Talk {
  readonly container: RunningContainer;
}
export interface PartOptions extends Pick<ContainerOptions, 'name' | 'image' | 'network' | 'memoryLimitBytes'> {
  /** Its program below the repository, `sim/parts/api/main.ts`. */
  readonly program: string;
  readonly config: unknown;
  /** Every line of JSON that is not of the protocol itself. */
  readonly onMessage?: (message: Message) => void;
}

export async function startPart(engine: Engine, options: PartOptions): Promise<Part> {
  const { program, config, onMessage, ...rest } = options;
  const { talk, hear } = talkWith(
    () => ({
      write: (line) => attached.write(`${line}\n`),
      gone: attached.container.exited.catch(() => undefined),
    }),
    onMessage,
  );
  const attached: Attached = await engine.startAttached(
    {
      ...rest,
      command: [program],
      env: { TWIN_PART: JSON.stringify(config), NODE_OPTIONS: '--max-semi-space-size=2' },
    },
    (line, stream) => {
      if (stream === 'stdout') hear(line);
    },
  );
  return { container: attached.container, ...talk };
}
