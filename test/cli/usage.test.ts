/** The command line under bad input: what it says, how it exits, and that it never shows a stack. */
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import { ROOT, twin } from './command.ts';

const runs = (): string[] => readdirSync(join(ROOT, 'reports', 'out'), { withFileTypes: false }).map(String);
const noStack = (text: string): void => expect(text).not.toMatch(/\n\s+at .+:\d+:\d+/);

describe.concurrent('twin: bad input', () => {
  test.each([
    [
      'an unknown scenario',
      ['rehearse', 'redis-dwon'],
      'unknown scenario "redis-dwon". did you mean redis-down? all: npx twin list',
    ],
    ['an unknown option', ['rehearse', '--sead', '8'], "unknown option '--sead'"],
    ['an unknown command', ['reherse'], "unknown command 'reherse'"],
    ['an unknown runtime', ['rehearse', '--runtime', 'modell'], 'did you mean model? choices: embedded, docker, model'],
    ['a seed that is no number', ['rehearse', '--seed', 'seven'], 'a whole number from 0 to 2147483647'],
    ['a rate of nothing', ['rehearse', '--rate', '0'], 'a number from 0.1 to 500'],
    [
      'an unknown latency profile',
      ['rehearse', '--runtime', 'model', '--profile', 'fast'],
      'profiles of honeydue: physical, documented',
    ],
    ['two controls at once', ['rehearse', '--placebo', '--sabotage'], '--placebo and --sabotage exclude each other'],
    ['an unknown run', ['report', 'yesterday'], 'no stored run "yesterday"'],
    ['an unknown topic', ['help', 'me'], 'no help for "me"'],
  ] as const)('%s exits 4 and says what would be right', async (_name, args, words) => {
    const { code, out, err } = await twin(args);
    expect(err).toContain(words);
    noStack(err);
    expect({ code, out }).toEqual({ code: 4, out: '' });
  });

  test('a missing Redis with --no-fetch exits 5 and says what to type; no run is begun', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'twin-path-'));
    const before = runs();
    try {
      symlinkSync('/bin/sh', join(bin, 'sh'));
      const { code, err } = await twin(['rehearse', '--no-fetch'], { PATH: bin });
      // A Redis in the project's own cache is found without a path.
      if (code !== 5) return expect(readdirSync(join(ROOT, '.cache'))).toContain('redis');
      expect(err).toMatch(/redis/i);
      noStack(err);
      expect(runs()).toEqual(before);
    } finally {
      rmSync(bin, { recursive: true, force: true });
    }
  });
});

describe.concurrent('twin: what it prints', () => {
  test('--json prints exactly one valid summary on standard output', async () => {
    const { code, out } = await twin(['rehearse', '--runtime', 'model', '--json']);
    const summary = summarySchema.parse(JSON.parse(out));
    expect(summary).toMatchObject({ runtime: 'model', seed: 7, totals: { right: 3, wrong: 1 } });
    expect(code).toBe(summary.exitCode);
  });
  test.each(['--placebo', '--sabotage'])('%s proves nothing and exits 0', async (control) => {
    const { code, out } = await twin(['rehearse', '--runtime', 'model', control, '--json']);
    expect((JSON.parse(out) as { totals: unknown }).totals).toMatchObject({ right: 0, wrong: 0, notProven: 4 });
    expect(code).toBe(0);
  });
  test('help names every exit code and every pair of words', async () => {
    const exits = await twin(['help', 'exit']);
    for (const code of ['0', '1', '2', '3', '4', '5', '70', '130'])
      expect(exits.out).toMatch(new RegExp(`^${code}\\s`, 'm'));
    expect((await twin(['help', 'verdicts'])).out).toContain('not proven');
  });
  test('a scenario is a script: node scenarios/redis-down.ts does what rehearse does', async () => {
    const { spawnSync } = await import('node:child_process');
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(ROOT, 'scenarios', 'redis-down.ts'), '--runtime', 'model', '--json'],
      { encoding: 'utf8', maxBuffer: 1e8 },
    );
    expect(summarySchema.parse(JSON.parse(stdout)).scenarios.map((one) => one.id)).toEqual(['redis-down']);
    expect(status).toBe(0);
  });
});
