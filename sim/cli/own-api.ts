/** `--api CMD`: the user's own api in the place of ours, and by what name runs are told apart. */
import type { Command } from 'commander';
import { SimError } from '../errors.ts';
import type { OwnApi } from '../runtimes/embedded/own-api.ts';
import { shellWord } from './shell-word.ts';

/** The reference api's identity; a user's own api has another, and our expectations never hold for it. */
const REFERENCE = 'reference';

export interface ApiOptions {
  readonly api?: string;
  readonly apiName?: string;
}
export const addApiOptions = (command: Command): Command =>
  command
    .option('--api <command>', 'run your own api, in each api pod and from this folder: docs/own-api.md')
    .option('--api-name <name>', 'what reports and expectations call your api; default: its command');

/** The user's api, run where the command was typed; undefined: ours. @throws SimError `SIM_USAGE` */
export function ownApiOf({ api, apiName }: ApiOptions): OwnApi | undefined {
  const command = api?.trim();
  if (command === '' || apiName?.trim() === '')
    throw new SimError('SIM_USAGE', `--api${command === '' ? '' : '-name'} is empty`, {
      hint: "for example --api './server --quiet' --api-name server",
    });
  if (command === undefined && apiName !== undefined)
    throw new SimError('SIM_USAGE', '--api-name without --api', { hint: 'say with --api how your api is started' });
  return command === undefined ? undefined : { command, name: apiName?.trim() ?? command, folder: process.cwd() };
}
/** For whose behaviour expectations hold. */
export const identityOf = (own: OwnApi | undefined): string => (own === undefined ? REFERENCE : `own: ${own.name}`);

/** The options again, to be pasted into a shell. */
export const apiArguments = ({ api, apiName }: ApiOptions): string[] => [
  ...(api === undefined ? [] : [`--api ${shellWord(api)}`]),
  ...(apiName === undefined ? [] : [`--api-name ${shellWord(apiName)}`]),
];
