import {textSchema} from '@sutra/contract/http-embed';
import {limits} from '@sutra/contract/limits';
import {SutraError} from '../errors.js';
import {type Line, readLinesOf, shownFile} from '../system/files/line-stream.js';

/** The texts of a file, one a line. */
export interface WarmLines {
  /** As messages call it. */
  file: string;
  lines: Line[];
  /** Lines without a text, left out. */
  empty: number;
}

/** Reads the texts of a file, or of standard input for `-`. Throws USAGE for a line that no embedder takes. */
export async function readWarmLines(path: string, signal: AbortSignal): Promise<WarmLines> {
  const file = shownFile(path);
  const lines: Line[] = [];
  let empty = 0;
  for await (const line of readLinesOf(path, signal)) {
    if (line.text.trim() === '') empty += 1;
    else lines.push(checked(line, file));
  }
  return {file, lines, empty};
}

function checked(line: Line, file: string): Line {
  const parsed = textSchema.safeParse(line.text);
  if (parsed.success) return line;
  throw new SutraError('USAGE', `${file}:${line.number}: ${parsed.error.issues[0]?.message ?? 'is not a text'}`, {
    cure: 'one text a line, UTF-8',
  });
}

/** Small enough that progress is seen, large enough that the way there and back is nothing. */
const textsPerRequest = 32;
/** Leaves room for `{"texts":[],"truncate":true}`. */
const bytesPerRequest = limits.bodyBytes - 64;

/** Whether a line alone is more than one request may hold. */
export function isOverRequest({text}: Line): boolean {
  return sizeOf(text) > bytesPerRequest;
}

/** The lines, as many together as one request may hold. */
export function* batchesOf(lines: readonly Line[]): Generator<Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = sizeOf(line.text);
    if (batch.length === textsPerRequest || (batch.length > 0 && bytes + size > bytesPerRequest)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** As JSON, with its comma. */
function sizeOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) + 1;
}
