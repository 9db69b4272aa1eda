/** The kinds of failure: code → exit code and what it means. The exit codes are the same for every command. */
export const failures = {
  USAGE: {exit: 2, meaning: 'a flag, a variable or sutra.yaml is wrong'},
  NOT_FOUND: {exit: 2, meaning: 'a file or folder that was named does not exist'},
  NOT_A_FILE: {exit: 2, meaning: 'a folder, pipe or device was named where a file is needed'},
  NOT_A_FOLDER: {exit: 2, meaning: 'a file was named where a folder is needed'},
  LINK_LOOP: {exit: 2, meaning: 'a symbolic link leads to itself or may not be followed'},
  NAME_TOO_LONG: {exit: 2, meaning: 'a path is longer than the file system allows'},
  MODEL_UNKNOWN: {exit: 2, meaning: 'no model of that name'},
  TOOL_MISSING: {exit: 3, meaning: 'a required program is missing'},
  TOOL_TOO_OLD: {exit: 3, meaning: 'a required program is too old'},
  PERMISSION: {exit: 3, meaning: 'the system refused access'},
  READ_ONLY: {exit: 3, meaning: 'the file system is mounted read-only'},
  TOO_MANY_FILES: {exit: 3, meaning: 'the limit of open files is reached'},
  NO_MEMORY: {exit: 3, meaning: 'the system is out of memory or processes'},
  NETWORK: {exit: 4, meaning: 'a download failed'},
  CHECKSUM: {exit: 4, meaning: 'a file does not match its checksum'},
  PORT_TAKEN: {exit: 5, meaning: 'a port is in use'},
  BUSY: {exit: 5, meaning: 'another command is working on this stack'},
  START_FAILED: {exit: 6, meaning: 'a service did not come up'},
  DEADLINE: {exit: 6, meaning: 'it took too long'},
  BUILD_FAILED: {exit: 6, meaning: 'an image could not be built'},
  NO_STACK: {exit: 7, meaning: 'there is no stack here'},
  IN_THE_WAY: {exit: 7, meaning: 'another file or folder already has that name'},
  STATE: {exit: 7, meaning: 'the stack is not in the state this command needs'},
  NO_SPACE: {exit: 8, meaning: 'the disk is full'},
  DISK_FAILED: {exit: 8, meaning: 'the disk or its file system failed'},
  INTERNAL: {exit: 9, meaning: 'an internal error of sutra'},
  INTERRUPTED: {exit: 130, meaning: 'interrupted'},
} as const satisfies Record<string, {exit: number; meaning: string}>;

export type FailureCode = keyof typeof failures;

/** Exit codes of a command that did its work and has a verdict to give. */
export const verdictExit = {pass: 0, fail: 10, unknown: 11} as const;

/** Exit codes of a look at a stack: `impaired`, where anything of it is down, starting, unwatched or damaged. */
export const wholenessExit = {whole: 0, impaired: 12} as const;

/** Exit codes of `diff --exit-code`. */
export const differenceExit = {none: 0, some: 13} as const;

export interface FailureDetail {
  /** What the reader can do about it: whole commands where there are any. */
  cure?: string | string[];
  cause?: unknown;
  details?: Record<string, unknown>;
}

/** The one error class. The message says what is wrong and where; `cure` says what to do. */
export class SutraError extends Error {
  override readonly name = 'SutraError';
  readonly code: FailureCode;
  readonly cures: string[];
  readonly details: Record<string, unknown> | undefined;

  constructor(code: FailureCode, message: string, {cure = [], cause, details}: FailureDetail = {}) {
    super(message, cause === undefined ? undefined : {cause});
    this.code = code;
    this.cures = Array.isArray(cure) ? cure : [cure];
    this.details = details;
  }

  get exitCode(): number {
    return failures[this.code].exit;
  }
}
