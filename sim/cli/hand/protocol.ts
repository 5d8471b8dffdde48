/**
 * How other commands speak to `twin up`: a Unix socket in the run's closed folder, lines of JSON, one question a
 * connection. docs/control.md describes it for people.
 *
 *   → {"version":1,"command":"heal","part":"redis"}
 *   ← {"line":"healed; users ok again after 1.3 s"}      any number; "to":"stderr" where it is about the answer
 *   ← {"end":true}  or  {"error":{"code":"SIM_USAGE","message":"…","hint":"…"}}      last; without it the twin has died
 */
import { z } from 'zod';
import { ERROR_CODES, SimError, type ErrorCode } from '../../errors.ts';

export const PROTOCOL_VERSION = 1;
export const SOCKET_NAME = 'control.sock';

const of = <C extends string, S extends z.ZodRawShape>(command: C, shape: S) =>
  z.strictObject({ version: z.literal(PROTOCOL_VERSION), command: z.literal(command), ...shape });
export const questionSchema = z.discriminatedUnion('command', [
  of('break', {
    what: z.string(),
    on: z.string().optional(),
    flags: z.array(z.string()),
    params: z.record(z.string(), z.string()),
  }),
  of('secret', { seed: z.number().int() }),
  of('heal', { part: z.string().optional() }),
  of('restart', { part: z.string() }),
  of('hint', {}),
  of('guess', { layer: z.string() }),
  of('status', {}),
  of('logs', { part: z.string(), lines: z.number().int() }),
  of('curl', { path: z.string(), method: z.string(), data: z.string().optional(), user: z.number().int() }),
  of('down', {}),
]);
export type Question = z.infer<typeof questionSchema>;
/** A question as a command asks it: the version is added where it is sent. */
export type Asked = Question extends infer Q ? (Q extends Question ? Omit<Q, 'version'> : never) : never;

export type Reply =
  | { readonly line: string; readonly to?: 'stderr' }
  | { readonly end: true }
  | { readonly error: { readonly code: string; readonly message: string; readonly hint?: string | undefined } };

/** A message as a line: what readers of lines take for the end of one, within it too, is written as an escape. */
export const lineOf = (message: object): string =>
  `${JSON.stringify(message).replaceAll(/[\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`)}\n`;

/** @throws SimError `SIM_USAGE` for what is not a question of this version */
export function readQuestion(text: string): Question {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    raw = undefined;
  }
  const version = (raw as { version?: unknown } | undefined)?.version;
  if (version !== PROTOCOL_VERSION)
    throw new SimError('SIM_USAGE', `this twin speaks version ${PROTOCOL_VERSION}, not ${JSON.stringify(version)}`, {
      hint: 'use the twin command that started it',
    });
  const parsed = questionSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => [...issue.path, issue.message].join(': '));
  throw new SimError('SIM_USAGE', `not a question of version ${PROTOCOL_VERSION}: ${issues.join('; ')}`);
}
/** What went wrong as it travels; our own bugs say no more than that. */
export const errorReply = (error: unknown): Reply =>
  error instanceof SimError
    ? { error: { code: error.code, message: error.message, hint: error.hint } }
    : { error: { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) } };
/** The same error at the other end, so that it ends the command with the same words and exit code. */
export function errorOf({ error }: Extract<Reply, { error: unknown }>): Error {
  if (!(error.code in ERROR_CODES)) return new Error(error.message);
  return new SimError(error.code as ErrorCode, error.message, error.hint === undefined ? {} : { hint: error.hint });
}
