/** A run with `--set` is of another cluster: neither "last run" nor expectations of the file's are held against it, nor it against them. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { summarySchema } from '../../reports/summary-schema.ts';
import { temporaryFolder, twin } from './command.ts';

const WIDE = ['--set', 'workloads.api.settings.redisPoolSize=100'];
const summaryOf = (out: string) => summarySchema.parse(JSON.parse(out));

test('a run with --set is no last run of a plain one, and has its own', async () => {
  using folder = temporaryFolder();
  const rehearsed = async (args: readonly string[] = []) =>
    summaryOf(
      (await twin(['rehearse', 'redis-down', '--runtime', 'model', '--fast', '--json', '--out', folder.path, ...args]))
        .out,
    );
  const plain = await rehearsed();
  const changed = await rehearsed(WIDE);
  expect(changed.lastRun).toBeUndefined();
  // With the changed one as last run, lists under a hung Redis would have got worse.
  expect((await rehearsed()).lastRun).toMatchObject({ runId: plain.runId, changes: [] });
  expect((await rehearsed(WIDE)).lastRun).toMatchObject({ runId: changed.runId, changes: [] });
});

test('a check of another document is no last run of the topology’s own', async () => {
  using folder = temporaryFolder();
  const out = join(folder.path, 'out');
  const book = join(folder.path, 'book.md');
  writeFileSync(book, '| Failure | Impact |\n|---|---|\n| Redis down | every list returns 500 |\n');
  await twin(['check', book, '--runtime', 'model', '--fast', '--out', out]);
  const [checked] = readdirSync(out).filter((name) => name !== 'latest');
  expect(checked).toBeDefined();
  const { out: printed } = await twin([
    'rehearse',
    'redis-down',
    '--runtime',
    'model',
    '--fast',
    '--json',
    '--out',
    out,
  ]);
  expect(summaryOf(printed).lastRun).toBeUndefined();
});

test('expectations of a changed topology stand under a name of their own', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'e.yaml');
  const rehearsed = (args: readonly string[]) =>
    twin([
      'rehearse',
      'redis-down',
      '--runtime',
      'model',
      '--fast',
      '--expected',
      file,
      '--out',
      join(folder.path, 'out'),
      ...args,
    ]);
  await rehearsed(['--update-expected']);
  const kinds = async (args: readonly string[]): Promise<unknown[]> => [
    ...new Set(
      summaryOf((await rehearsed(['--json', ...args])).out).scenarios.flatMap((one) =>
        one.statements.map((s) => s.since.kind),
      ),
    ),
  ];
  expect(await kinds([])).toEqual(['same']);
  expect(await kinds(WIDE)).toEqual(['new']);
  await rehearsed([...WIDE, '--update-expected']);
  expect(Object.keys(parse(readFileSync(file, 'utf8')) as object)).toEqual([
    'honeydue',
    'honeydue with workloads.api.settings.redisPoolSize=100',
  ]);
  expect([...(await kinds(WIDE)), ...(await kinds([]))]).toEqual(['same', 'same']);
});

test('whoever dials a node itself dials those of the topology', async () => {
  using folder = temporaryFolder();
  const set = ['--set', 'places.node:hetzner1.address=192.0.2.7'];
  const args = ['rehearse', 'past-the-edge', '--runtime', 'model', '--fast', '--json', '--out', folder.path, ...set];
  const { scenarios } = summaryOf((await twin(args)).out);
  expect(scenarios).toHaveLength(1);
  expect(JSON.stringify(scenarios)).not.toContain('no-route');
});
