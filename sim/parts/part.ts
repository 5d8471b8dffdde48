/**
 * What every part's program does around its work: it reads its configuration, says when it is ready, takes new tables,
 * and ends with whoever started it. The protocol is described in `config.ts`.
 */
export interface Running {
  /** Puts a new table in force; acknowledged once this settles. */
  table?(table: unknown): void | Promise<void>;
  /** Any other line of standard input. */
  message?(message: Readonly<Record<string, unknown>>): void;
  /** SIGTERM: finishes what is under way. The program exits 0 when this settles. */
  stop?(): void | Promise<void>;
}

/** One JSON line on standard output. */
export const tell = (line: unknown): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
/** A log line: plain text, so that it is never taken for the protocol. */
export const log = (text: string): boolean => process.stdout.write(`${text}\n`);

/** Runs a part's program with its configuration. A failed start is logged and exits 1, as a container's would. */
export async function startPart<Config>(start: (config: Config) => Promise<Running>): Promise<void> {
  const lines: string[] = [];
  let deliver = (line: string): void => void lines.push(line);
  readLines((line) => deliver(line));
  let running: Running;
  try {
    running = await start(JSON.parse(process.env['TWIN_PART'] ?? '') as Config);
  } catch (error) {
    log(`start failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
  process.once('SIGTERM', () => void stop(running));
  deliver = (line) => void obey(running, line);
  for (const line of lines) deliver(line);
  tell({ ready: true });
  keepCompiled();
}

/**
 * Node keeps what it compiled (NODE_COMPILE_CACHE) when a program ends by itself. A part is killed in the end: without this
 * each of the next twin's programs compiles all of its code anew, which doubles the time of its start.
 */
export const keepCompiled = (): void => process.getBuiltinModule('node:module').flushCompileCache();

async function stop(running: Running): Promise<void> {
  await running.stop?.();
  process.exit(0);
}

async function obey(running: Running, line: string): Promise<void> {
  const message = JSON.parse(line) as Record<string, unknown>;
  if (message['table'] === undefined) return running.message?.(message);
  await running.table?.(message['table']);
  tell({ ack: message['id'] });
}

/** Lines of standard input; its end means that whoever started this program is gone. */
function readLines(onLine: (line: string) => void): void {
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  });
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
}
