/** However a live run ends, nothing of it stays: no process, no folder, no shared memory. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ended, start } from '../cli/command.ts';

/** Folders of runs that this command opened: their name carries its pid. */
const foldersOf = (pid: number): string[] =>
  readdirSync(tmpdir())
    .filter((name) => name.startsWith(`cluster-twin-${pid}-`))
    .map((name) => join(tmpdir(), name));
const marked = (runId: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`CLUSTER_TWIN_RUN=${runId}`) &&
          !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
        );
      } catch {
        return false;
      }
    });
const segments = (): number =>
  existsSync('/proc/sysvipc/shm') ? readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n').length : 0;

/** Waits until something holds; the test's own time-out ends a wait in vain. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
/** Settles when the command's output has these words. */
async function said(child: ChildProcess, words: string): Promise<void> {
  let text = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes(words)) resolve();
    });
    child.once('close', () => reject(new Error(`ended before it said "${words}": ${text}`)));
  });
}
async function begun(
  words: string | undefined,
): Promise<{ child: ChildProcess; end: ReturnType<typeof ended>; runIds: string[] }> {
  const child = start(['rehearse', '--parallel', '1']);
  const end = ended(child);
  const pid = child.pid ?? 0;
  if (words === undefined) await until(() => foldersOf(pid).some((folder) => existsSync(join(folder, 'pids.jsonl'))));
  else await said(child, words);
  return { child, end, runIds: foldersOf(pid).map((folder) => folder.split('cluster-twin-')[1] ?? '') };
}

describe('live: endings', () => {
  test.each([
    ['while the cluster comes up', undefined],
    ["while users' requests flow", 'steady state'],
    ['while Redis is dead', 'Redis dies at each start'],
  ])('Ctrl-C %s exits 130, keeps the journal and leaves nothing', async (_name, words) => {
    const before = segments();
    const { child, end, runIds } = await begun(words);
    child.kill('SIGINT');
    const { code, err } = await end;
    expect(code).toBe(130);
    expect(err).toContain('everything was cleaned up');
    expect(foldersOf(child.pid ?? 0)).toEqual([]);
    expect(runIds.flatMap(marked)).toEqual([]);
    expect(segments()).toBeLessThanOrEqual(before);
  });

  test.each([
    ['while the cluster comes up', undefined],
    ["while users' requests flow", 'steady state'],
  ])('kill -9 %s leaves nothing', async (_name, words) => {
    const { child, end, runIds } = await begun(words);
    expect(runIds.length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await end;
    await until(() => foldersOf(child.pid ?? 0).length === 0 && runIds.flatMap(marked).length === 0);
  });
});
