import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';

/** SHA-256 of a file, 64 lower-case hex digits. */
export async function checksumOf(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const bytes = createReadStream(path, {highWaterMark: 1 << 20, ...(signal === undefined ? {} : {signal})});
  for await (const piece of bytes) hash.update(piece);
  return hash.digest('hex');
}
