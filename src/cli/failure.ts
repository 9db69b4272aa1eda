import {Errors} from '@oclif/core';
import {failures, SutraError} from '../errors.js';

export interface Failure {
  code: string;
  message: string;
  cures: string[];
  exitCode: number;
  details?: Record<string, unknown>;
}

/** Any error as the reader is to see it: a wrong flag, one of ours, an interrupt, or a defect. */
export function describeFailure(error: Error): Failure {
  if (error instanceof SutraError) {
    const {code, message, cures, exitCode, details} = error;
    return {code, message, cures, exitCode, ...(details === undefined ? {} : {details})};
  }
  if (error instanceof Errors.CLIError) {
    // The parser appends its hint to the message; here it is a line of its own.
    const [message = error.message] = error.message.split('\nSee more help');
    return {
      code: 'USAGE',
      message: oneLine(message),
      cures: ['the same command with --help'],
      exitCode: failures.USAGE.exit,
    };
  }
  if (error.message === 'interrupted' || error.name === 'AbortError') {
    return {code: 'INTERRUPTED', message: 'interrupted', cures: [], exitCode: failures.INTERRUPTED.exit};
  }
  return {
    code: 'INTERNAL',
    message: `a defect in sutra: ${error.message}`,
    cures: ['the same command with DEBUG=sutra shows where; please report it'],
    exitCode: failures.INTERNAL.exit,
  };
}

/** The parser's messages have a heading and go on in the next line. */
function oneLine(message: string): string {
  return message
    .trim()
    .replace(/^Parsing (--\S+) *\n\s*Expected/, '$1: expected')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/\s*\n\s*/g, '; ');
}
