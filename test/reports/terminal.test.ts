import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { width } from '../../reports/cells.ts';
import { finalTable } from '../../reports/terminal.ts';
import { changedRun, notJudgedRun, notProvenRun, placeboRun, transcriptRun, withTexts, type Run } from './fixtures.ts';
import { fc, hostileWord } from './property.ts';
import { FakeStream } from './stream.ts';

const table = (run: Run, isTTY = false, columns = 130): string =>
  finalTable(run.summary, {
    stream: new FakeStream(isTTY, columns),
    reportPath: 'reports/out/latest/index.html',
    leftBehind: 'nothing',
  });

describe('reports: final table', () => {
  beforeEach(() => {
    for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI']) vi.stubEnv(name, undefined);
    vi.stubEnv('TERM', 'xterm-256color');
  });
  afterEach(() => void vi.unstubAllEnvs());

  it('reads as the transcript of a first rehearsal', () => {
    expect(table(transcriptRun())).toMatchInlineSnapshot(`
      "FAILURE         WHAT USERS SAW                                                PAIN     BOOK         SINCE LAST
      latency-budget  create task 538 ms: 4 trips to Neon at 95 ms (assumed)        -        WRONG 3of6   same
      redis-down      dead: 386 of 386 served, lists 96 ms slower                   low      right        same
                      hung: 0 of 371 lists within 10 s                              OUTAGE   WRONG        same
        known since 2026-11: the book does not tell dead from hung
                      both: 41 of 41 notification jobs were accepted and never ran  LOSS     not in book  same
      coredns-down    0 of 402 failed while pools were warm, then 31 of 388         medium   right        same
      api-pod-oom     4 of 1,204 got 502, container back in 1.1 s                   low      right        same
      rolling-update  no preStop: 7 of 2,410 got 502; preStop 5 s: 0 of 2,398       low      WRONG        same
      The book: 6 statements right, 5 wrong, 1 missing. Nothing changed since scenarios/expected.yaml. (exit 0)
      report reports/out/latest/index.html    again: npx twin rehearse --seed 7    left behind: nothing
      "
    `);
  });
  it('a change is followed by why and by the command that plays it again', () => {
    const lines = table(changedRun()).split('\n');
    const at = lines.findIndex((line) => line.includes('CHANGED, was 0 of 2,398'));
    expect(lines.slice(at + 1, at + 3)).toEqual([
      '  why    pod api-6c9 closed its port at 12.41 s, Traefik sent to it until 14.44 s: SIGTERM without drain',
      '  again  npx twin rehearse rolling-update --seed 7',
    ]);
    expect(table(changedRun())).toContain('1 of 3 statements changed since scenarios/expected.yaml. (exit 1)');
  });
  it('what is not proven or not judged says why and what to do', () => {
    expect(table(notProvenRun())).toContain('  Not proven: Redis still answered PING at 12.4 s');
    expect(table(notJudgedRun())).toContain('  Not judged: before the fault 22 of 361 requests already failed');
    expect(table(notJudgedRun())).toContain('(exit 3)');
  });
  it("what the plays could not show of the user's own api is told once; of ours nothing is", () => {
    const run = transcriptRun();
    const told = table({ ...run, summary: { ...run.summary, api: 'own: mine' } });
    expect(told.match(/^Your api: loss of single packets on a link$/gm)).toHaveLength(1);
    expect(table(run)).not.toContain('Your api');
  });
  it('a placebo run is one sentence, without a table', () => {
    expect(table(placeboRun()).split('\n')[0]).toBe(
      '2 statements, 2 not proven (no fault, so nothing to prove): as it must be. 0 of 2,400 requests failed (exit 0)',
    );
  });
  it('an interrupted run says so', () => {
    const run = transcriptRun();
    expect(table({ ...run, summary: { ...run.summary, ended: 'interrupted' } })).toContain('This run was interrupted');
  });
  it.each([80, 100, 130, 300])('no line is wider than a terminal of %i columns, and no count is lost', (columns) => {
    const text = table(transcriptRun(), false, columns);
    for (const line of text.split('\n')) expect(width(line)).toBeLessThanOrEqual(Math.min(columns, 160));
    expect(text.replaceAll(/\s+/g, '')).toContain('371lists');
  });
  it('colours only on a terminal, and there red only for what changed or was lost', () => {
    expect(table(transcriptRun())).not.toContain('\u001B');
    const coloured = table(transcriptRun(), true);
    expect(stripVTControlCharacters(coloured)).toBe(table(transcriptRun()));
    expect(
      coloured
        .split('\u001B[31m')
        .slice(1)
        .map((part) => part.slice(0, 4)),
    ).toEqual(['LOSS']);
  });
  it('FORCE_COLOR does not put colours into a file', () => {
    vi.stubEnv('FORCE_COLOR', '3');
    expect(table(transcriptRun())).not.toContain('\u001B');
  });
  it('NO_COLOR turns colours off on a terminal too', () => {
    vi.stubEnv('NO_COLOR', '1');
    expect(table(transcriptRun(), true)).not.toContain('\u001B');
  });
  it('texts from outside can neither control the terminal nor widen a line', () => {
    const run = changedRun();
    fc.assert(
      fc.property(hostileWord, (text) => {
        const shown = table(withTexts(run, text), false, 80);
        expect(shown).not.toMatch(/[^\P{Cc}\n]/u);
        for (const line of shown.split('\n')) expect(width(line)).toBeLessThanOrEqual(80);
      }),
      { numRuns: 30 },
    );
  });
});
