/**
 * What a user of the twin can cause or meet, each with a stable code. An assertion (a plain `Error`) is for what only
 * our own bug can cause: it ends the process with exit 70, a `SimError` never does.
 */
export const ERROR_CODES = {
  SIM_USAGE: 'an option or argument of a command is wrong',
  SIM_UNKNOWN_SCENARIO: 'no scenario has that name',
  SIM_SCENARIO_INVALID: 'a scenario file does not hold a valid scenario',
  SIM_TOPOLOGY_INVALID: 'a topology has one or more faults; each is listed',
  SIM_DOCUMENT_INVALID: 'a document could not be read',
  SIM_EXPECTATIONS_INVALID: 'the file of expectations could not be read',
  SIM_API_INVALID: "the user's own api did not come up, or does not listen where it should",
  SIM_LOAD_INVALID: 'a k6 load script uses what our generator cannot read',
  SIM_NOT_MODELLED: 'a runtime was asked for what it cannot do',
  SIM_RUNTIME_UNAVAILABLE: 'a runtime cannot run on this machine',
  SIM_FETCH_FORBIDDEN: 'a program is missing and fetching it was forbidden',
  SIM_ADDRESS_TAKEN: 'no free address or port was found for the twin',
  SIM_START_TIMEOUT: 'a part or a pod did not come up in time',
  SIM_OUT_UNWRITABLE: 'reports, expectations or a suite could not be written',
  SIM_RUN_NOT_FOUND: 'no stored run has that name',
  SIM_NOT_COMPARABLE: 'two runs, or one of them, can not be compared',
  SIM_UNKNOWN_PART: 'no part, fault, scenario or layer has that name',
  SIM_NO_TWIN: 'no running twin was found, or it ended while it was asked',
  SIM_FAULT_FAILED: 'a fault could not be put in force, or not be healed',
  SIM_TOXIPROXY: 'the fault proxy refused a request',
  SIM_JOURNAL_INVALID: 'a journal is not one of ours, or of a version this tool cannot read',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One fault found in an input: where it is, what is wrong, what would be allowed. */
export interface Problem {
  readonly where: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** An error a user can cause or meet. `message` says where and what; `hint` says which choices there are and what to do next. */
export class SimError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  constructor(code: ErrorCode, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'SimError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** Of more faults the first are told, and how many there are. */
export const MOST_TOLD = 100;
/** Gathers all faults of one input into one error; nothing was started when it is thrown. @param all  how many there are, where not all are given */
export function problemsError(file: string, problems: readonly Problem[], all = problems.length): SimError {
  const lines = problems
    .slice(0, MOST_TOLD)
    .map((p) => `  ${p.where}  ${p.code}  ${p.message}${p.hint ? `\n      ${p.hint}` : ''}`);
  const code = problems[0]?.code ?? 'SIM_USAGE';
  const count = all === 1 ? '1 error' : `${all} errors`;
  if (all > lines.length) lines.push(`  and ${all - lines.length} more`);
  return new SimError(code, `${file}: ${count}, nothing was started\n${lines.join('\n')}`);
}
