import {SutraError} from '../../../errors.js';
import {readLinesOf, shownFile} from '../../../system/files/line-stream.js';
import type {TextTable} from './workload.js';

/** A text file, one text a line, blank lines left out; one copy for all workers. */
export async function readTexts(path: string, signal: AbortSignal): Promise<TextTable> {
  const encoder = new TextEncoder();
  const offsets: number[] = [0];
  let bytes = new Uint8Array(65_536);
  let end = 0;
  for await (const {text} of readLinesOf(path, signal)) {
    if (text.trim() === '') continue;
    const line = encoder.encode(text);
    if (end + line.length > bytes.length) bytes = grown(bytes, end + line.length);
    bytes.set(line, end);
    end += line.length;
    offsets.push(end);
  }
  if (offsets.length === 1) {
    throw new SutraError('USAGE', `${shownFile(path)} contains no text`, {cure: 'one text a line, UTF-8'});
  }
  const shared = new Uint8Array(new SharedArrayBuffer(end));
  shared.set(bytes.subarray(0, end));
  const sharedOffsets = new Float64Array(new SharedArrayBuffer(8 * offsets.length));
  sharedOffsets.set(offsets);
  return {bytes: shared, offsets: sharedOffsets};
}

function grown(bytes: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}
