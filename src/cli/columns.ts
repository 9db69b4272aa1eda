import {noLimit} from '../report/wrap.js';

/** Characters of a line of standard output: those of the terminal, or no limit where a file or a program reads. */
export function columns(): number {
  const {isTTY, columns: ofTerminal} = process.stdout;
  return isTTY && ofTerminal > 0 ? ofTerminal : noLimit;
}
