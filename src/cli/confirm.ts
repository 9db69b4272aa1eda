import {createInterface} from 'node:readline/promises';
import {SutraError} from '../errors.js';
import {oneLine, toTerminal} from '../printable.js';
import {wrapped} from '../report/wrap.js';
import {columns} from './columns.js';

export interface Consent {
  /** `--yes`: the answer was given beforehand. */
  yes: boolean;
  /** A program reads standard output: nobody is there to ask. */
  json: boolean;
  signal: AbortSignal;
}

/**
 * Asks y/N on the terminal and returns on yes. Throws INTERRUPTED on any other answer, and USAGE without a terminal or
 * with `--json`, unless `--yes` was given.
 */
export async function confirm(question: string, {yes, json, signal}: Consent): Promise<void> {
  if (yes) return;
  const {stdin, stderr} = process;
  if (json || !stdin.isTTY || !stderr.isTTY) {
    const reason = json ? '--json does not prompt' : 'stdin or stderr is not a terminal';
    throw new SutraError('USAGE', `${question}: needs confirmation, and ${reason}`, {cure: 'pass --yes'});
  }
  const asked = wrapped(`${toTerminal(oneLine(question))}? [y/N]`, columns(stderr));
  if (!(await answersYes(`${asked} `, signal))) {
    throw new SutraError('INTERRUPTED', 'not confirmed: nothing was changed');
  }
}

async function answersYes(text: string, signal: AbortSignal): Promise<boolean> {
  // Without line editing the terminal stays as it is, so that Ctrl-C reaches the command as everywhere else.
  const terminal = createInterface({input: process.stdin, output: process.stderr, terminal: false});
  const {promise: closed, resolve: close} = Promise.withResolvers<string>();
  terminal.once('close', () => close(''));
  try {
    const answer = await Promise.race([terminal.question(text, {signal}), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    terminal.close();
  }
}
