import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Characters of a line where the terminal does not say; a file or a program gets lines of any length. */
export const noLimit = Number.POSITIVE_INFINITY;

/** Below this a text beside a long prefix would be a column of single words. */
const leastRoom = 20;

/**
 * `prefix` and the text after it, in lines of at most `width` characters that break between words; further lines begin
 * below the first word. A word longer than a line, such as a path, stays whole.
 */
export function hanging(prefix: string, text: string, width: number): string {
  if (width === noLimit) return `${prefix}${text}`.trimEnd();
  const indent = stringWidth(prefix);
  const lines = wrapAnsi(text, Math.max(leastRoom, width - indent)).split('\n');
  return lines.map((line, index) => `${index === 0 ? prefix : ' '.repeat(indent)}${line}`.trimEnd()).join('\n');
}

/** A paragraph, or several, in lines of at most `width` characters. An indented one stays so. */
export function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => hanging(/^ */.exec(line)?.[0] ?? '', line.trimStart(), width))
    .join('\n');
}
