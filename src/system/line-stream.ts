import {createReadStream} from 'node:fs';
import {SutraError} from '../errors.js';
import {openRegularFile} from './regular-file.js';

/** Larger files of texts do not fit in memory beside a load generator. */
const limitBytes = 1024 ** 3;
/** A text is no novel; what has no line end at all is no text file. */
const longestLineBytes = 1_000_000;
const newline = 10;
const decoder = new TextDecoder('utf-8', {fatal: true});

/**
 * The lines of a UTF-8 text file, read as it comes, each with its number from 1. Throws USAGE where it cannot be read, is
 * no UTF-8 or has a line of more than a million bytes.
 */
export async function* readLinesOf(path: string, signal: AbortSignal): AsyncGenerator<{text: string; number: number}> {
  const stream = createReadStream(path, {signal, fd: openOrSay(path)});
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  const next = (line: Buffer) => {
    number += 1;
    return {text: textOf(line, `${path}:${number}`), number};
  };
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
        yield next(bytes.subarray(from, end));
        from = end + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > longestLineBytes) throw tooLong(`${path}:${number + 1}`);
    }
    if (rest.length > 0) yield next(rest);
  } catch (error) {
    throw signal.aborted ? signal.reason : readFailure(error, path);
  } finally {
    stream.destroy();
  }
}

function openOrSay(path: string): number {
  try {
    return openRegularFile(path, {limitBytes, cure: format});
  } catch (error) {
    throw readFailure(error, path);
  }
}

function textOf(line: Buffer, where: string): string {
  if (line.length > longestLineBytes) throw tooLong(where);
  try {
    const text = decoder.decode(line);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  } catch (error) {
    throw new SutraError('USAGE', `${where}: is no text in UTF-8`, {cure: format, cause: error});
  }
}

const format = 'one text a line, UTF-8';

function tooLong(where: string): SutraError {
  const message = `${where}: a line of more than ${longestLineBytes.toLocaleString('en-US')} bytes`;
  return new SutraError('USAGE', message, {cure: format});
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'is a folder',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
};

function readFailure(error: unknown, path: string): SutraError {
  if (error instanceof SutraError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new SutraError('USAGE', `${path}: ${reason}`, {cure: 'look at the path', cause: error});
}
