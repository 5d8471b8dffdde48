/** A headless Chromium driven over its debugging pipe: no listener, one empty profile, gone when disposed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--remote-debugging-pipe',
];
/** The browser's path, or undefined where there is none. */
export const findChromium = (): string | undefined =>
  ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  );

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}
export interface View {
  readonly width: number;
  readonly height: number;
  readonly scheme?: 'light' | 'dark';
  readonly media?: 'screen' | 'print';
}
export interface Page {
  /** The value of an expression of the page, as JSON carries it. */
  evaluate<T>(expression: string): Promise<T>;
  /** What the page complained about: refused loads, script errors. */
  readonly complaints: readonly string[];
}

export class Browser implements AsyncDisposable {
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly waiting = new Map<number, (message: Message) => void>();
  private readonly listeners = new Set<(message: Message) => void>();
  private lastId = 0;
  private constructor(child: ChildProcess, folder: string) {
    this.child = child;
    this.folder = folder;
    let rest = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\0');
      rest = parts.pop() ?? '';
      for (const part of parts) this.receive(JSON.parse(part) as Message);
    });
  }

  static async start(command: string): Promise<Browser> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'twin-chromium-'));
    const child = spawn(command, [...FLAGS, `--user-data-dir=${folder}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: folder, HOME: folder },
    });
    await once(child, 'spawn');
    return new Browser(child, folder);
  }

  private receive(message: Message): void {
    if (message.id !== undefined) this.waiting.get(message.id)?.(message);
    else for (const listener of this.listeners) listener(message);
  }

  private async send(
    method: string,
    params: object = {},
    sessionId?: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.lastId;
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.waiting.set(id, resolve);
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await promise;
    this.waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  /** Opens a file in a tab of its own and waits for its load event. */
  async open(url: string, view: View): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = (await this.send('Target.attachToTarget', { targetId, flatten: true })) as {
      sessionId: string;
    };
    const complaints: string[] = [];
    const loaded = Promise.withResolvers<void>();
    this.listeners.add((message) => {
      if (message.sessionId !== sessionId) return;
      if (message.method === 'Page.loadEventFired') loaded.resolve();
      if (message.method === 'Log.entryAdded' || message.method === 'Runtime.exceptionThrown')
        complaints.push(JSON.stringify(message.params));
    });
    for (const domain of ['Page', 'Log', 'Runtime']) await this.send(`${domain}.enable`, {}, sessionId);
    await this.send(
      'Emulation.setDeviceMetricsOverride',
      { width: view.width, height: view.height, deviceScaleFactor: 1, mobile: view.width < 500 },
      sessionId,
    );
    await this.send(
      'Emulation.setEmulatedMedia',
      { media: view.media ?? 'screen', features: [{ name: 'prefers-color-scheme', value: view.scheme ?? 'light' }] },
      sessionId,
    );
    await this.send('Page.navigate', { url }, sessionId);
    await loaded.promise;
    const evaluate = async <T>(expression: string): Promise<T> => {
      const { result } = await this.send(
        'Runtime.evaluate',
        { expression, returnByValue: true, awaitPromise: true },
        sessionId,
      );
      return (result as { value: T }).value;
    };
    return { evaluate, complaints };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.child, 'exit');
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await this.send('Browser.close');
      await gone;
    }
    // Its helpers may still be writing into the profile for a moment after the browser itself has ended.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
