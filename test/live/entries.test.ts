/** The package's entries, from the clone: the command line as a child whose answers and ends are handed on. */
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { rehearse, TwinError } from '../../sim/package/index.ts';
import { temporaryFolder } from '../cli/command.ts';
import { journalIn } from './twin.ts';

describe.concurrent('rehearse() for programs', () => {
  test('answers with the summary, its options being those of the command line', async () => {
    using out = temporaryFolder();
    const summary = await rehearse({
      runtime: 'model',
      scenarios: ['redis-down'],
      seed: 3,
      rate: 5,
      out: out.path,
      profile: 'documented',
      control: 'placebo',
    });
    expect(summary).toMatchObject({
      runtime: 'model',
      seed: 3,
      rateRps: 5,
      profile: 'documented',
      mode: 'placebo',
      exitCode: 0,
    });
    expect(readdirSync(out.path)).toContain(summary.runId);
  });

  test('a command that can not answer is a TwinError with its words and exit code', async () => {
    const error = await rehearse({ scenarios: ['redis-dwon'] }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TwinError);
    expect(error).toMatchObject({ exitCode: 4, message: expect.stringContaining('did you mean redis-down?') });
  });

  test('an aborted one has come down in order when it rejects with the reason', async () => {
    using out = temporaryFolder();
    const stop = new AbortController();
    const ended = rehearse({ scenarios: ['redis-down'], parallel: 1, out: out.path, signal: stop.signal }).catch(
      (cause: unknown) => cause,
    );
    while (!journalIn(out.path).some((entry) => entry.kind === 'ready')) await delay(50);
    stop.abort(new Error('enough'));
    expect(await ended).toMatchObject({ message: 'enough' });
    expect(journalIn(out.path).at(-1)).toMatchObject({ kind: 'run-end', ended: 'interrupted' });
  });

  test('one that was aborted before it began rejects with the reason', async () => {
    await expect(rehearse({ runtime: 'model', signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  });
});
