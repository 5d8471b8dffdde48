/** The command line under bad input: what it says, how it exits, and that nothing is written and no stack is shown. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EXIT_MEANINGS } from '../../sim/cli/exits.ts';
import { showsStack, temporaryFolder, twin } from './command.ts';

describe.concurrent('twin: bad input', () => {
  test.for([
    [
      'an unknown scenario',
      ['rehearse', 'redis-dwon'],
      'unknown scenario "redis-dwon". did you mean redis-down? all: npx twin list',
    ],
    ['an unknown scenario to explain', ['explain', 'redis'], 'did you mean redis-down?'],
    ['no scenario to explain', ['explain'], "missing required argument 'id'"],
    ['an unknown option', ['rehearse', '--sead', '8'], "unknown option '--sead'\n(Did you mean --seed?)"],
    ['an unknown command', ['reherse'], "unknown command 'reherse'\n(Did you mean rehearse?)"],
    ['no command', [], 'Usage: twin'],
    ['an argument too many', ['list', 'all'], 'too many arguments'],
    ['an unknown runtime', ['rehearse', '--runtime', 'modell'], 'did you mean model? choices: embedded, docker, model'],
    ['a seed that is no number', ['rehearse', '--seed', 'seven'], 'a whole number from 0 to 2147483647'],
    ['a seed that is missing', ['rehearse', '--seed'], 'argument missing'],
    ['a seed between two numbers', ['rehearse', '--seed', '7.5'], 'a whole number from 0 to 2147483647'],
    ['a rate of nothing', ['rehearse', '--rate', '0'], 'a number from 0.1 to 500'],
    ['a tempo slower than life', ['rehearse', '--tempo', '0.5'], 'a number from 1 to 1000'],
    ['a part before the first', ['rehearse', '--shard', '0/3'], 'as in 2/3: from 1/3 to 3/3'],
    ['a part behind the last', ['rehearse', '--shard', '4/3'], 'as in 2/3: from 1/3 to 3/3'],
    ['a part of nothing', ['rehearse', '--shard', '2'], 'as in 2/3: from 1/3 to 3/3'],
    [
      'more parts than plays',
      ['rehearse', 'redis-down', '--runtime', 'model', '--fast', '--shard', '4/4'],
      '--shard 4/4: nothing is left for this part\n  there are 3 plays: at most 3 parts',
    ],
    [
      'an unknown latency profile',
      ['rehearse', '--runtime', 'model', '--profile', 'fast'],
      'profiles of honeydue: physical, documented',
    ],
    ['two controls at once', ['rehearse', '--placebo', '--sabotage'], '--placebo and --sabotage exclude each other'],
    [
      'a control that is to be accepted',
      ['rehearse', '--placebo', '--update-expected'],
      'a placebo or sabotage run can not be accepted as expected',
    ],
    ['an api without a command', ['rehearse', '--api', ' '], '--api is empty'],
    ['a name without an api', ['rehearse', '--api-name', 'mine'], '--api-name without --api'],
    ['an unknown topic', ['help', 'me'], 'no help for "me"\n  topics: verdicts, exit, rehearse'],
  ] as const)('%s exits 4, says what would be right, and writes nothing', async ([, args, words]) => {
    using out = temporaryFolder();
    const [command = '', ...rest] = args;
    const line = command === 'rehearse' ? [command, '--out', out.path, ...rest] : args;
    const { code, out: printed, err } = await twin(line);
    expect(err).toContain(words);
    expect(showsStack(err)).toBe(false);
    expect({ code, printed }).toEqual({ code: 4, printed: '' });
    expect(readdirSync(out.path)).toEqual([]);
  });
});

test.each([
  ['model', 'it computes and starts no programs'],
  ['docker', 'it runs images'],
])('an api of the user on %s is refused by name with exit 5', async (runtime, why) => {
  using out = temporaryFolder();
  const { code, err } = await twin(['rehearse', '--out', out.path, '--runtime', runtime, '--api', './server']);
  expect(err).toContain(`runtime "${runtime}" cannot run --api: ${why}`);
  expect({ code, stack: showsStack(err), written: readdirSync(out.path) }).toEqual({
    code: 5,
    stack: false,
    written: [],
  });
});

describe.concurrent('twin: help', () => {
  test('names every exit code and what it means', async () => {
    const { code, out } = await twin(['help', 'exit']);
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toEqual(
      EXIT_MEANINGS.map(([exit, meaning]) => expect.stringMatching(new RegExp(`^${exit}\\s+${meaning}$`))),
    );
    expect(EXIT_MEANINGS.map(([exit]) => exit)).toEqual([0, 1, 2, 3, 4, 5, 70, 130]);
  });
  test('names every pair of words of the verdicts', async () => {
    const { out } = await twin(['help', 'verdicts']);
    for (const word of ['right', 'WRONG', 'not proven', 'same', 'CHANGED', 'new']) expect(out).toContain(word);
  });
  test('of break names each kind of thing that can be broken, and how a rollout is taken back', async () => {
    const { out } = await twin(['break', '--help']);
    for (const line of [
      'twin break redis --hang',
      'twin break redis-down --hung',
      'twin break rollout api --revision=v2',
    ])
      expect(out).toContain(line);
    expect(out).toContain('twin heal rolls it back');
  });
  test.for([[['--help']], [['rehearse', '--help']], [['help', 'rehearse']]])('%s exits 0', async ([args = []]) => {
    const { code, out, err } = await twin(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Usage: twin');
  });
});
