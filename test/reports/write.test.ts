import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeReports } from '../../reports/write.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { skipped } from '../skipped.ts';
import { redisRun } from './fixtures.ts';

let out = '';
beforeEach(async () => void (out = await mkdtemp(path.join(os.tmpdir(), 'twin-out-'))));
afterEach(() => rm(out, { recursive: true, force: true }));
const { summary, entries } = redisRun();
const write = (run: string, more: Partial<RunSummary> = {}): ReturnType<typeof writeReports> =>
  writeReports(path.join(out, run), entries, { ...summary, ...more }, { ci: false });
const at = (hour: number): string => `2026-11-23T${hour}:00:00.000Z`;

describe('reports: writing a run', () => {
  it('writes every page and points latest to it', async () => {
    const paths = await write('a');
    expect(readdirSync(path.join(out, 'a')).toSorted()).toEqual([
      'corrected.md',
      'index.html',
      'junit.xml',
      'summary.json',
      'summary.md',
    ]);
    expect(readlinkSync(path.join(out, 'latest'))).toBe('a');
    expect(paths.latest).toBe(path.join(out, 'latest'));
    expect(JSON.parse(await readFile(path.join(out, 'latest', 'summary.json'), 'utf8'))).toMatchObject({
      runId: summary.runId,
    });
  });
  it('latest moves on to a newer run and leaves nothing else in the folder', async () => {
    await write('a', { startedAt: at(10) });
    await write('b', { startedAt: at(11) });
    expect(readlinkSync(path.join(out, 'latest'))).toBe('b');
    expect(readdirSync(out).toSorted()).toEqual(['a', 'b', 'latest']);
  });
  it.each(['interrupted', 'failed'] as const)(
    'a run that was %s is written but never becomes latest',
    async (ended) => {
      await write('a', { startedAt: at(10) });
      expect((await write('b', { startedAt: at(11), ended })).latest).toBeUndefined();
      expect(readlinkSync(path.join(out, 'latest'))).toBe('a');
      expect(existsSync(path.join(out, 'b', 'index.html'))).toBe(true);
    },
  );
  it('writing an older run again leaves latest with the newer one', async () => {
    await write('b', { startedAt: at(11) });
    await write('a', { startedAt: at(10) });
    expect(readlinkSync(path.join(out, 'latest'))).toBe('b');
  });
  it('a link to a run that was deleted is replaced', async () => {
    await symlink('gone', path.join(out, 'latest'));
    await write('a');
    expect(readlinkSync(path.join(out, 'latest'))).toBe('a');
  });
  it('two runs that end at once leave one whole link', async () => {
    await Promise.all([write('a'), write('b')]);
    expect(['a', 'b']).toContain(readlinkSync(path.join(out, 'latest')));
    expect(readdirSync(out).toSorted()).toEqual(['a', 'b', 'latest']);
  });
});

describe('reports: a folder that cannot be written', () => {
  it('a file where the folder should be is named with the cause', async () => {
    await writeFile(path.join(out, 'a'), '');
    await expect(write('a/b')).rejects.toMatchObject({
      code: 'SIM_OUT_UNWRITABLE',
      message: expect.stringMatching(/a\/b: cannot be written: a part of the path is a file \(ENOTDIR\)/),
    });
  });
  const noDevice = existsSync('/dev/full') ? undefined : 'this system has no /dev/full';
  it.skipIf(noDevice !== undefined)(
    `a full device is named with the page, and latest stays where it was${skipped(noDevice)}`,
    async () => {
      await write('a', { startedAt: at(10) });
      await mkdir(path.join(out, 'b'));
      await symlink('/dev/full', path.join(out, 'b', 'summary.json'));
      await expect(write('b', { startedAt: at(11) })).rejects.toMatchObject({
        code: 'SIM_OUT_UNWRITABLE',
        message: expect.stringMatching(
          /b\/summary\.json: cannot be written: no space is left on the device \(ENOSPC\)/,
        ),
      });
      expect(readlinkSync(path.join(out, 'latest'))).toBe('a');
    },
  );
  it('a folder named latest is not removed', async () => {
    await mkdir(path.join(out, 'latest'));
    await expect(write('a')).rejects.toMatchObject({
      code: 'SIM_OUT_UNWRITABLE',
      message: expect.stringContaining('latest'),
    });
    expect(readdirSync(out).toSorted()).toEqual(['a', 'latest']);
  });
});
