/**
 * The command line: `twin COMMAND`. One file a command under commands/; this file only puts them together and turns what
 * ends a command into words and an exit code.
 */
import { styleText } from 'node:util';
import { Command, CommanderError } from 'commander';
import { SimError } from '../errors.ts';
import { EXITS, exitOf } from './exits.ts';
import { lastResort } from './last-resort.ts';

/** What a command may tell about itself while it runs. */
export interface Session {
  /** Folder of the run it plays: kept and named when we break. */
  kept: string | undefined;
}
/** What a command is given: it says its exit code by returning it. */
export type Run = (run: (session: Session) => Promise<number>) => Promise<void>;

type Add = (program: Command, run: Run) => void;
/** Each file of commands with the names that load it alone: what a command does not need would cost it most of its start. */
const FILES: readonly { readonly names: readonly string[]; readonly load: () => Promise<Add> }[] = [
  { names: ['rehearse'], load: async () => (await import('./commands/rehearse.ts')).rehearse },
  { names: ['check'], load: async () => (await import('./commands/check.ts')).addCheck },
  { names: ['up'], load: async () => (await import('./commands/up.ts')).addUp },
  {
    names: ['break', 'curl', 'heal', 'restart', 'status', 'hint', 'guess', 'down', 'logs'],
    load: async () => (await import('./commands/by-hand.ts')).byHand,
  },
  { names: ['list'], load: async () => (await import('./commands/list.ts')).list },
  { names: ['explain'], load: async () => (await import('./commands/explain.ts')).explain },
  { names: ['report'], load: async () => (await import('./commands/report.ts')).report },
  { names: ['compare'], load: async () => (await import('./commands/compare.ts')).addCompare },
  { names: ['init'], load: async () => (await import('./commands/init.ts')).init },
  { names: ['doctor'], load: async () => (await import('./commands/doctor.ts')).doctor },
  // It may be asked about any of them.
  { names: [], load: async () => (await import('./commands/help.ts')).help },
];
/** What puts the commands into the program: the one that is asked for, or all where none of them is. */
function loadCommands(asked: string | undefined): Promise<Add[]> {
  const own = FILES.filter(({ names }) => asked !== undefined && names.includes(asked));
  return Promise.all((own.length > 0 ? own : FILES).map(({ load }) => load()));
}

function buildProgram(commands: readonly Add[], session: Session, setExit: (code: number) => void): Command {
  const program = new Command('twin')
    .description(
      'A twin of a whole small cluster on this machine: plays the failures its document names and says what users would have seen.',
    )
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpCommand(false)
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  const run: Run = async (work) => setExit(await work(session));
  for (const add of commands) add(program, run);
  return program;
}

/** Words and exit code for what ended a command. Only our own bugs show where in the code they are. */
function explainError(error: unknown, session: Session): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXITS.expected : EXITS.invalidInput;
  const red = (text: string): string => styleText('red', text, { stream: process.stderr });
  if (error instanceof SimError) {
    process.stderr.write(`${red(error.message)}${error.hint === undefined ? '' : `\n  ${error.hint}`}\n`);
    return exitOf(error.code);
  }
  if (error instanceof Error && error.name === 'AbortError') return EXITS.interrupted;
  const where =
    error instanceof Error
      ? (/\n\s+at .*?((?:sim|reports|topology|scenarios)\/[^\s:)]+)/.exec(error.stack ?? '')?.[1] ?? 'unknown place')
      : 'unknown place';
  process.stderr.write(
    `${red(`internal error in ${where}`)}: ${error instanceof Error ? error.message : String(error)}\n${session.kept === undefined ? '' : `run kept in ${session.kept}: `}please send it. this says nothing about your cluster\n`,
  );
  if (process.env['TWIN_DEBUG'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return EXITS.internal;
}

/** Runs one command line and returns its exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
  let exit: number = EXITS.expected;
  const session: Session = { kept: undefined };
  const answered = lastResort((error) => explainError(error, session));
  try {
    const commands = await loadCommands(args[0]);
    await buildProgram(commands, session, (code) => (exit = code)).parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    return explainError(error, session);
  } finally {
    answered();
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
