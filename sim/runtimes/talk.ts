/** How a runtime talks with one of our programs, whatever it runs in, by lines of JSON: `sim/parts/config.ts` has the protocol. */
import { SimError } from '../errors.ts';

export type Message = Readonly<Record<string, unknown>>;

export interface Talk {
  /** Settles when it listens; never when it dies before. */
  readonly ready: Promise<void>;
  /** Puts a table in force; settles when the program says so, or when it is gone. */
  table(table: unknown): Promise<void>;
  /** Any other message. */
  send(message: unknown): void;
}
/** Breaks when a program of ours ends, with what it printed last; settles never before. */
export async function endOf(
  name: string,
  exited: Promise<{ readonly code: number | null }>,
  lastLines: () => readonly string[] | Promise<readonly string[]>,
): Promise<never> {
  const { code } = await exited;
  // A program that was removed meanwhile has no lines any more.
  const words = (await Promise.resolve(lastLines()).catch(() => [])).join(' | ');
  throw new SimError('SIM_RUNTIME_UNAVAILABLE', `${name} ended with ${code}${words === '' ? '' : `: ${words}`}`);
}
/** The program at the other end. */
export interface Talker {
  write(line: string): void;
  readonly gone: Promise<unknown>;
}

/**
 * @param talker     asked when there is something to write: its first lines may be heard before it can be written to
 * @param onMessage  is told every line of JSON that is not of the protocol itself
 */
export function talkWith(
  talker: () => Talker,
  onMessage: (message: Message) => void = () => undefined,
): { readonly talk: Talk; readonly hear: (line: string) => void } {
  const ready = Promise.withResolvers<void>();
  const acks = new Map<number, () => void>();
  let count = 0;
  const send = (message: unknown): void => talker().write(JSON.stringify(message));
  return {
    hear(line) {
      const message = parsed(line);
      if (message?.['ready'] === true) ready.resolve();
      else if (typeof message?.['ack'] === 'number') acks.get(message['ack'])?.();
      else if (message !== undefined) onMessage(message);
    },
    talk: {
      ready: ready.promise,
      send,
      async table(table) {
        const id = ++count;
        const acknowledged = new Promise<void>((resolve) => acks.set(id, resolve));
        send({ id, table });
        await Promise.race([acknowledged, talker().gone]).finally(() => acks.delete(id));
      },
    },
  };
}

/** A line of the protocol, or undefined for a log line, which may begin with a brace too. */
function parsed(line: string): Message | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
