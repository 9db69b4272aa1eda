import {oneLine, severalLines, toTerminal} from '../printable.js';
import {hanging} from '../report/wrap.js';
import {asTyped} from './as-typed.js';
import type {Failure} from './failure.js';

/** A failure as it is printed, in lines of at most `width` characters, with the stack of a defect where it is asked for. */
export function failureText({message, cures}: Pick<Failure, 'message' | 'cures'>, width: number, stack = ''): string {
  // A message may quote what came from outside: its further lines cannot pass for one of ours.
  const [first = '', ...further] = severalLines(message).split('\n');
  const lines = [
    hanging('Error: ', first, width),
    ...further.map((line) => hanging('  | ', line, width)),
    ...cures.map((cure) => hanging('  try: ', oneLine(asTyped(cure)), width)),
    ...(stack === '' ? [] : [stack]),
  ];
  return `${toTerminal(lines.join('\n'))}\n`;
}
