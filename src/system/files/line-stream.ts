import {createReadStream} from 'node:fs';
import {addAbortSignal} from 'node:stream';
import {SutraError} from '../../errors.js';
import {fileFailure, isMissing} from './file-failure.js';
import {openRegularFile} from './regular-file.js';
import {validUtf8} from './valid-utf8.js';

/** Larger files of texts do not fit in memory beside a load generator. */
const limitBytes = 1024 ** 3;
/** A text is no novel; what has no line end at all is no text file. */
const longestLineBytes = 1_000_000;
const newline = 10;
const byteOrderMark = '\uFEFF';
// A mark at the beginning of a later line is a part of that line.
const decoder = new TextDecoder('utf-8', {ignoreBOM: true});

/** The path that means standard input. */
export const standardInput = '-';

export interface Line {
  text: string;
  /** From 1. */
  number: number;
}

/** How a file that is read by lines is called in messages. */
export function shownFile(path: string): string {
  return path === standardInput ? 'standard input' : path;
}

/**
 * The lines of a UTF-8 text file, or of standard input for `-`, read as they come, without a byte order mark. Throws
 * USAGE, with line and column, for what is no UTF-8 and for a line of more than a million bytes; NOT_FOUND and the like for a path that does not
 * do.
 */
export async function* readLinesOf(path: string, signal: AbortSignal): AsyncGenerator<Line> {
  const shown = shownFile(path);
  const stream = path === standardInput ? addAbortSignal(signal, process.stdin) : fileStream(path, signal);
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let total = 0;
  const next = (line: Buffer): Line => {
    number += 1;
    return {text: textOf(line, shown, number), number};
  };
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > limitBytes) throw tooLarge(shown);
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
        yield next(bytes.subarray(from, end));
        from = end + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > longestLineBytes) throw tooLong(`${shown}:${number + 1}`);
    }
    if (rest.length > 0) yield next(rest);
  } catch (error) {
    throw signal.aborted ? signal.reason : fileFailure(error, shown);
  } finally {
    stream.destroy();
  }
}

function fileStream(path: string, signal: AbortSignal) {
  try {
    return createReadStream(path, {signal, fd: openRegularFile(path, {limitBytes, cure: format})});
  } catch (error) {
    throw isMissing(error) ? fileFailure(error, path) : error;
  }
}

function textOf(line: Buffer, file: string, number: number): string {
  if (line.length > longestLineBytes) throw tooLong(`${file}:${number}`);
  const valid = validUtf8(line);
  if (valid !== line.length) throw notUtf8(line, valid, `${file}:${number}`);
  const text = decoder.decode(line);
  const from = number === 1 && text.startsWith(byteOrderMark) ? 1 : 0;
  return text.slice(from, text.endsWith('\r') ? -1 : undefined);
}

const format = 'one text a line, UTF-8';

function notUtf8(line: Buffer, valid: number, where: string): SutraError {
  const column = [...decoder.decode(line.subarray(0, valid))].length + 1;
  const byte = (line[valid] ?? 0).toString(16).padStart(2, '0');
  // UTF-16 begins with its mark, FF FE or FE FF, as no UTF-8 does.
  const from = valid === 0 && /^(fffe|feff)/.test(line.toString('hex', 0, 2)) ? 'UTF-16' : 'LATIN1';
  return new SutraError('USAGE', `${where}:${column}: is not UTF-8 text (byte 0x${byte})`, {
    cure: [`convert it, if it is ${from}: iconv -f ${from} -t UTF-8 FILE > FILE.utf8`, format],
  });
}

function tooLong(where: string): SutraError {
  const message = `${where}: the line is longer than ${longestLineBytes.toLocaleString('en-US')} bytes`;
  return new SutraError('USAGE', message, {cure: format});
}

function tooLarge(file: string): SutraError {
  return new SutraError('USAGE', `${file} has more than ${limitBytes / 1024 ** 2} MiB`, {cure: 'split it'});
}
