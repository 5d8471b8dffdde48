/** `twin compare`, the last run in every report, and expectations that name what nobody judges. On the model. */
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import { ROOT, showsStack, temporaryFolder, twin, type Ended, type Folder } from './command.ts';

let stored: Folder;
/** A pool in which lists wait, and one in which they need not; another scenario. */
let [narrow, wide, other] = ['', '', ''];
const runs = (out: string): string[] => readdirSync(out).filter((name) => name !== 'latest');
async function rehearsed(args: readonly string[]): Promise<string> {
  const before = runs(stored.path);
  await twin(['rehearse', '--runtime', 'model', '--fast', '--out', stored.path, ...args]);
  return runs(stored.path).find((name) => !before.includes(name)) ?? '';
}
/** The reference cluster with larger Redis pools. */
const WIDE = `
import honeydue from '${join(ROOT, 'topology', 'honeydue.ts')}';
const { api } = honeydue.workloads;
export default {
  ...honeydue,
  document: '${join(ROOT, 'topology', 'honeydue.md')}',
  workloads: { ...honeydue.workloads, api: { ...api, settings: { ...api.settings, redisPoolSize: 100 } } },
};
`;
beforeAll(async () => {
  stored = temporaryFolder();
  using suite = temporaryFolder();
  const topology = join(suite.path, 'cluster.ts');
  writeFileSync(topology, WIDE);
  wide = await rehearsed(['redis-down', '--topology', topology]);
  narrow = await rehearsed(['redis-down']);
  other = await rehearsed(['latency-budget']);
});
afterAll(() => stored[Symbol.dispose]());

const compare = (args: readonly string[], out = stored.path): Promise<Ended> =>
  twin(['compare', ...args, '--out', out]);
/** A folder with two runs, the second one's journal changed. */
function tampered(change: (text: string) => string): Folder {
  const folder = temporaryFolder();
  for (const name of ['a', 'b']) cpSync(join(stored.path, narrow), join(folder.path, name), { recursive: true });
  const journal = join(folder.path, 'b', 'journal.jsonl');
  writeFileSync(journal, change(readFileSync(journal, 'utf8')));
  return folder;
}

describe.concurrent('compare', () => {
  test('tells statements, counts and latencies side by side, and what got worse', async () => {
    const { code, out, err } = await compare([wide, narrow]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /redis-down\/hung\/sees +WRONG, low, 313 of 313 +WRONG, high, \d+ of 313 +WORSE\n {2}was {2}.+\n {2}now {2}/,
    );
    expect(out).toMatch(/redis-down\/dead\/sees +right, low, 313 of 313 +right, low, 313 of 313 +same/);
    expect(out).toMatch(/redis-down\/hung listTasks +during +whole request +.+ \(313\) +.+ \(313\) +WORSE/);
    expect(out).toMatch(/\d got worse: 8 statements and \d+ hop times compared\.\n$/);
  });
  test('the gate exits 1 when something got worse, and 0 when it got better', async () => {
    expect((await compare([wide, narrow, '--gate'])).code).toBe(1);
    expect((await compare([narrow, wide, '--gate'])).code).toBe(0);
    const { code, out } = await compare([narrow, join(stored.path, narrow), '--gate']);
    expect(code).toBe(0);
    expect(out).toContain('Nothing got worse: 8 statements');
  });
  test('the gate exits 2 when something can no longer be proven', async () => {
    using folder = tampered((text) => text.replaceAll('"holds":true', '"holds":false'));
    const { code, out } = await compare(['a', 'b', '--gate'], folder.path);
    expect(out).toContain('can no longer be proven');
    expect(code).toBe(2);
  });
  test('as JSON holds every hop with its counts', async () => {
    const { out } = await compare([wide, narrow, '--json']);
    const parsed = JSON.parse(out) as { hops: { hop: string; after: { n: number } }[]; worse: number };
    expect(new Set(parsed.hops.map((one) => one.hop))).toEqual(
      new Set(['phone', 'edge', 'ingress', 'api', 'sql', 'redis']),
    );
    expect(parsed.hops.every((one) => one.after.n > 0)).toBe(true);
    expect(parsed.worse).toBeGreaterThan(0);
  });
});

describe.concurrent('compare: what can not be compared', () => {
  test.for([
    [
      'another topology',
      (t: string) => t.replace('"topology":{"id":"honeydue"', '"topology":{"id":"acme"'),
      'another topology: ',
    ],
    ['another api', (t: string) => t.replace('"api":"reference"', '"api":"todo"'), 'another api: '],
    ['a run by hand', (t: string) => t.replace('"mode":"normal"', '"mode":"by-hand"'), 'was played by hand'],
    ['a placebo', (t: string) => t.replace('"mode":"normal"', '"mode":"placebo"'), 'was a placebo run'],
    ['a run that was cut short', (t: string) => t.slice(0, t.lastIndexOf('\n', t.length - 2) + 1), 'was interrupted'],
    ['a damaged journal', (t: string) => t.replace('\n', '\n{\n'), 'journal.jsonl:2: not an entry'],
    ['an empty journal', () => '', 'not a journal of this tool'],
  ] as const)('%s is refused by name', async ([, change, words]) => {
    using folder = tampered(change);
    const { code, out, err } = await compare(['a', 'b'], folder.path);
    expect(err).toContain(words);
    expect({ code, out, stack: showsStack(err) }).toEqual({ code: 4, out: '', stack: false });
  });
  test('two runs without anything in common', async () => {
    const { code, err } = await compare([narrow, other]);
    expect(err).toContain('played nothing in common');
    expect(code).toBe(4);
  });
  test('a run that is not there, and one too few', async () => {
    const missing = await compare(['yesterday', narrow]);
    expect(missing.err).toContain(
      `no stored run "yesterday"\n  stored: ${[wide, narrow, other].toSorted().join(', ')}`,
    );
    const few = await compare([narrow]);
    expect(few.err).toContain("missing required argument 'after'");
    expect([missing.code, few.code]).toEqual([4, 4]);
  });
});

describe.concurrent('the last run', () => {
  test('is told with what changed since, by the newest whole run of the same cluster', async () => {
    const { code, out } = await twin(['report', narrow, '--out', stored.path]);
    expect(out).toMatch(/Since\s+the\s+last\s+run\s+\(\d+\s+\w+\s+\d\d:\d\d\):\s+1\s+of\s+8\s+changed\./);
    expect(out).toMatch(/ {2}last {3}run: WRONG, pain low: /);
    expect(code).toBe(0);
    const { lastRun } = summarySchema.parse(
      JSON.parse(readFileSync(join(stored.path, narrow, 'summary.json'), 'utf8')),
    );
    expect(lastRun).toMatchObject({ runId: wide, compared: 8, changes: [{ id: 'redis-down/hung/sees' }] });
  });
  test('is none for the first run, and never one by hand, without a fault, cut short, later or of another api', async () => {
    using folder = temporaryFolder();
    const changes: readonly ((text: string) => string)[] = [
      (text) => text.replace('"mode": "normal"', '"mode": "by-hand"'),
      (text) => text.replace('"mode": "normal"', '"mode": "placebo"'),
      (text) => text.replace('"ended": "complete"', '"ended": "interrupted"'),
      (text) => text.replace(/"startedAt": "20../, '"startedAt": "2999'),
      (text) => text.replace('"api": "reference"', '"api": "todo"'),
      (text) => text.replace('"runtime": "model"', '"runtime": "docker"'),
      () => '{',
    ];
    for (const [index, change] of changes.entries()) {
      const copy = join(folder.path, `0${index}`);
      cpSync(join(stored.path, wide), copy, { recursive: true });
      const page = join(copy, 'summary.json');
      const text = readFileSync(page, 'utf8');
      expect(change(text)).not.toBe(text);
      writeFileSync(page, change(text));
    }
    cpSync(join(stored.path, narrow), join(folder.path, narrow), { recursive: true });
    const { out } = await twin(['report', narrow, '--out', folder.path]);
    expect(out).toContain('redis-down');
    expect(out).not.toMatch(/last\s+run/);
  });
});

describe.concurrent('an entry of the expectations that nothing is compared with', () => {
  test('is named with the nearest, changes no exit code, and goes when the run is accepted', async () => {
    using folder = temporaryFolder();
    const expected = join(folder.path, 'expected.yaml');
    const text = readFileSync(join(ROOT, 'scenarios', 'expected.yaml'), 'utf8');
    writeFileSync(
      expected,
      text
        .replaceAll('redis-down/hung/sees:', 'redis-down/hang/sees:')
        .replaceAll('latency-budget/', 'latency-badget/'),
    );
    const args = ['rehearse', 'redis-down', '--runtime', 'model', '--expected', expected, '--out', folder.path];
    const told = await twin(args);
    expect(told.err).toContain(
      '"redis-down/hang/sees" names nothing that is judged. did you mean redis-down/hung/sees?',
    );
    expect(told.err).toContain('did you mean latency-budget/well/total-both-ways?');
    expect(told.err.split('\n').filter((line) => line.includes('"redis-down/'))).toHaveLength(1);
    expect(told.code).toBe(0);
    await twin([...args, '--update-expected']);
    const after = await twin(args);
    expect(after.err).not.toContain('names nothing');
    expect(after.out).toContain('Nothing changed since');
  });
  test('is not one of a scenario that was left out of this run', async () => {
    using folder = temporaryFolder();
    const { err } = await twin([
      'rehearse',
      'redis-down',
      '--runtime',
      'model',
      '--shard',
      '2/2',
      '--out',
      folder.path,
    ]);
    expect(err).not.toContain('names nothing');
  });
});
