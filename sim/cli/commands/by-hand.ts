/** What a person does to the twin that `twin up` keeps running: each command asks it over its socket. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { SimError } from '../../errors.ts';
import type { Asked } from '../hand/protocol.ts';
import type { Run } from '../main.ts';
import { numberBetween } from '../options.ts';

async function send(run: number | undefined, question: Asked): Promise<number> {
  const { ask, chosenTwin } = await import('../hand/client.ts');
  await ask(chosenTwin(run), question, (line, to) => void process[to].write(`${line}\n`));
  return 0;
}
const runOption = (): Option =>
  new Option('--run <pid>', 'which twin, where several run').argParser(numberBetween(1, 2 ** 31, true));
const seedOption = (): Option =>
  new Option('--seed <n>', 'of a secret: the same seed hides the same fault').argParser(
    numberBetween(0, 2 ** 31 - 1, true),
  );

/** `redis --hang --key=value` → what, on, flags and params. */
function readWords(words: readonly string[]): Extract<Asked, { command: 'break' }> {
  const flags = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  const [what, on, ...more] = words.filter((word) => !word.startsWith('--'));
  if (what === undefined || more.length > 0)
    throw new SimError('SIM_USAGE', what === undefined ? 'what shall break?' : `too many words: ${more.join(' ')}`, {
      hint: 'npx twin break PART --FAULT, npx twin break SCENARIO --VARIANT, or npx twin break --secret',
    });
  const pairs = flags.filter((flag) => flag.includes('=')).map((flag) => flag.split(/=(.*)/s, 2) as [string, string]);
  return {
    command: 'break',
    what,
    ...(on === undefined ? {} : { on }),
    flags: flags.filter((flag) => !flag.includes('=')),
    params: Object.fromEntries(pairs),
  };
}

interface Options {
  readonly run?: number;
}
function addBreak(program: Command, run: Run): void {
  program
    .command('break')
    .argument('[words...]', 'PART --FAULT, FAULT PART, or SCENARIO --VARIANT')
    .description('break something in the twin that is up, and prove it')
    .allowUnknownOption()
    .option('--secret', "hide one of the scenarios' faults: twin guess LAYER ends it, twin hint costs a point")
    .addOption(seedOption())
    .addOption(runOption())
    .addHelpText(
      'after',
      '\nexamples:\n  twin break redis --hang\n  twin break redis-down --hung    what the scenario does\n  twin break rollout api --revision=v2    another revision; twin heal rolls it back\n  twin break --secret --seed 7\n\na part that is named without a fault is answered with what can be done to it',
    )
    .action((words: string[], options: Options & { secret?: true; seed?: number }) =>
      run(() => {
        if (options.secret !== true) return send(options.run, readWords(words));
        if (words.length > 0) throw new SimError('SIM_USAGE', `a secret is drawn, not named: ${words.join(' ')}`);
        return send(options.run, { command: 'secret', seed: options.seed ?? Math.floor(Math.random() * 1_000) });
      }),
    );
}

function addCurl(program: Command, run: Run): void {
  program
    .command('curl')
    .argument('<path>', 'such as /api/tasks/')
    .description("send one request as a user's phone would, through every hop")
    .option('--data <json>', 'send it as the body, by POST')
    .option('--method <name>', 'GET, or POST with --data', (name) => {
      if (/^[A-Z]+$/.test(name)) return name;
      throw new InvalidArgumentError('a method is written in capitals: GET');
    })
    .option('--user <n>', 'whose token it bears', numberBetween(1, 1_000_000, true), 1)
    .addOption(runOption())
    .action((path: string, options: Options & { data?: string; method?: string; user: number }) => {
      const { data, user } = options;
      const method = options.method ?? (data === undefined ? 'GET' : 'POST');
      const body = data === undefined ? {} : { data };
      return run(() => send(options.run, { command: 'curl', path, method, user, ...body }));
    });
}

export function byHand(program: Command, run: Run): void {
  addBreak(program, run);
  addCurl(program, run);
  const simple = (
    name: string,
    argument: string | undefined,
    description: string,
    of: (word: string) => Asked,
  ): void => {
    const command = program.command(name).description(description).addOption(runOption());
    if (argument !== undefined) command.argument(argument);
    command.action((...all: unknown[]) => {
      const [word, options] = (argument === undefined ? [undefined, all[0]] : all) as [string | undefined, Options];
      return run(() => send(options.run, of(word ?? '')));
    });
  };
  simple('heal', '[part]', 'undo what was broken: one part, or all', (part) => ({
    command: 'heal',
    ...(part === '' ? {} : { part }),
  }));
  simple('restart', '<part>', "replace a part's pods", (part) => ({ command: 'restart', part }));
  simple('status', undefined, 'what users see, which pods are ready, what is broken', () => ({ command: 'status' }));
  simple('hint', undefined, 'a hint at the secret; costs a point', () => ({ command: 'hint' }));
  simple('guess', '<layer>', 'name the layer that the secret broke', (layer) => ({ command: 'guess', layer }));
  simple('down', undefined, 'end the twin that is up: it heals, writes its report and leaves nothing', () => ({
    command: 'down',
  }));
  program
    .command('logs')
    .argument('<part>', 'a part or a pod: api, api-2')
    .description("the newest log lines of a part's pods, or of one pod")
    .option('--lines <n>', 'how many a pod', numberBetween(1, 1_000, true), 20)
    .addOption(runOption())
    .action((part: string, options: Options & { lines: number }) =>
      run(() => send(options.run, { command: 'logs', part, lines: options.lines })),
    );
}
