import {createReadStream} from 'node:fs';
import {createInterface} from 'node:readline';
import {SutraError} from '../errors.js';

/** The lines of a text file, read as it comes, each with its number from 1. Throws USAGE where it cannot be read. */
export async function* readLinesOf(path: string, signal: AbortSignal): AsyncGenerator<{text: string; number: number}> {
  const stream = createReadStream(path, {encoding: 'utf8', signal});
  // readline hides what its input fails with.
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => undefined);
  const lines = createInterface({input: stream, crlfDelay: Number.POSITIVE_INFINITY});
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (let number = 1; ; number += 1) {
      const next = await Promise.race([iterator.next(), failed]);
      if (next.done === true) break;
      yield {text: next.value, number};
    }
    if (stream.errored !== null) throw stream.errored;
  } catch (error) {
    throw signal.aborted ? signal.reason : readFailure(error, path);
  } finally {
    lines.close();
    stream.destroy();
  }
}

function readFailure(error: unknown, path: string): SutraError {
  if (error instanceof SutraError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'is a folder' : String(error);
  return new SutraError('USAGE', `${path}: ${reason}`, {cure: 'look at the path', cause: error});
}
