/** The side of `twin up`: answers each connection's one question. */
import { chmodSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { errorReply, lineOf, readQuestion, SOCKET_NAME, type Question, type Reply } from './protocol.ts';

export type Answer = (question: Question, tell: (reply: Extract<Reply, { line: string }>) => void) => Promise<void>;

/** Listens in a folder that is closed to other users; disposing ends every connection. */
export async function openControl(folder: string, answer: Answer): Promise<AsyncDisposable> {
  const path = join(folder, SOCKET_NAME);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    // Who asked may be gone before the answer is: that is no error of ours.
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
    const send = (reply: Reply): void => {
      if (socket.writable) socket.write(lineOf(reply));
    };
    const lines = createInterface({ input: socket });
    lines.on('error', () => undefined);
    lines.once('line', (text) => {
      const work = async (): Promise<void> => answer(readQuestion(text), send);
      void work()
        .then((): Reply => ({ end: true }), errorReply)
        .then((last) => socket.end(lineOf(last)));
    });
  });
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      // Whoever keeps his end open does not keep us: what was written is sent, and that is all.
      for (const socket of open) socket.destroySoon();
      await closed;
    },
  };
}
