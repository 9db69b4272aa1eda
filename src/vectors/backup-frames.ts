import {createHash} from 'node:crypto';
import {decode, encode} from '@msgpack/msgpack';
import {isVector, type L2ScannedEntry, l2Limits} from '@sutra/contract/l2-protocol';
import {z} from 'zod';

/**
 * A backup is one gzip stream of frames: 4 bytes of big-endian length, then that many of MessagePack. First a header,
 * then pages of entries, then an end that names how many there were and the SHA-256 of all bytes before it.
 */
export const backupHeaderSchema = z.object({
  format: z.literal('sutra-backup'),
  schemaVersion: z.literal(1),
  takenAtMs: z.int().min(0).max(l2Limits.timeMs),
  /** Of the product that took it. */
  version: z.string(),
  project: z.string(),
  model: z.string(),
  /** Digest of the weights that made the vectors: under another model they would never be found. */
  artifact: z.string(),
  /** Of the shard, when it was read. */
  generation: z.int().min(0),
  /** What was deployed, to read; restoring needs nothing of it. */
  plan: z.record(z.string(), z.unknown()),
});
export type BackupHeader = z.infer<typeof backupHeaderSchema>;

const bytes = z.instanceof(Uint8Array);
const entrySchema = z.tuple([
  bytes.refine(({length}) => length === l2Limits.keyBytes),
  z.int().min(0).max(l2Limits.timeMs),
  z.int().min(0).max(0xff_ff_ff_ff),
  bytes.refine(({length}) => isVector(length)),
]);
export const backupPageSchema = z.object({entries: z.array(entrySchema).min(1).max(l2Limits.keys)});

export const backupEndSchema = z.object({entries: z.int().nonnegative(), sha256: z.string()});

/** Makes the frames of one backup, keeping the digest. */
export function frameMaker() {
  const hash = createHash('sha256');
  const frame = (value: unknown): Buffer => {
    const message = encode(value, {ignoreUndefined: true});
    const framed = Buffer.allocUnsafe(4 + message.length);
    framed.writeUInt32BE(message.length);
    framed.set(message, 4);
    hash.update(framed);
    return framed;
  };
  let entries = 0;
  return {
    header: (header: BackupHeader) => frame(header),
    page: (page: readonly L2ScannedEntry[]) => {
      entries += page.length;
      return frame({entries: page});
    },
    end: () => frame({entries, sha256: hash.copy().digest('hex')}),
  };
}

/** What a frame holds; undefined when it is not MessagePack. */
export function frameContent(frame: Uint8Array): unknown {
  try {
    return decode(frame, {maxArrayLength: 4_096, maxExtLength: 0});
  } catch {
    return undefined;
  }
}
