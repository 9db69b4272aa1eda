import {Errors} from '@oclif/core';
import {failures, SutraError} from '../errors.js';
import {systemFailure} from '../system/files/file-failure.js';
import {parserMessage} from './flags/parser-failure.js';

export interface Failure {
  code: string;
  message: string;
  cures: string[];
  exitCode: number;
  details?: Record<string, unknown>;
}

/** Returns any error as the reader is to see it: a wrong flag, one of ours, a path that does not do, an interrupt, or a defect. */
export function describeFailure(error: Error): Failure {
  const ours = error instanceof SutraError ? error : systemFailure(error);
  if (ours !== null) {
    const {code, message, cures, exitCode, details} = ours;
    return {code, message, cures, exitCode, ...(details === undefined ? {} : {details})};
  }
  if (error instanceof Errors.CLIError) {
    return {
      code: 'USAGE',
      message: parserMessage(error),
      cures: ['run the same command with --help'],
      exitCode: failures.USAGE.exit,
    };
  }
  if (error.name === 'AbortError') {
    return {code: 'INTERRUPTED', message: 'interrupted', cures: [], exitCode: failures.INTERRUPTED.exit};
  }
  return {
    code: 'INTERNAL',
    message: `internal error: ${error.message}`,
    cures: ['run the same command with DEBUG=sutra for a stack trace, and report it'],
    exitCode: failures.INTERNAL.exit,
  };
}
