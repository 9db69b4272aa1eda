import {noLimit} from '../report/wrap.js';

/** Characters of a line of a stream: those of the terminal, or no limit where a file or a program reads. */
export function columns({isTTY, columns: ofTerminal}: Partial<NodeJS.WriteStream> = process.stdout): number {
  return isTTY === true && ofTerminal !== undefined && ofTerminal > 0 ? ofTerminal : noLimit;
}
