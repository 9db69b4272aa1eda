import {z} from 'zod';

/**
 * The language between an embedder and a cache shard. Over TCP, each way: 4 bytes of big-endian length, then that many
 * bytes of MessagePack.
 *
 *   request  [op, id, body]                    `id` is the client's, unsigned 32 bits; any number may be in flight
 *   reply    [status, id, generation, body]    in any order; status 0 is an answer, 1 an `L2ErrorBody`
 *
 * The generation is a whole number that changes when, and only when, everything stored before is gone: by `clear`, or
 * because the shard had to start empty. Whatever a client holds of another generation it must forget.
 */
export const l2Version = 1;

export const l2Ops = {
  hello: 1,
  getMany: 2,
  putMany: 3,
  deleteMany: 4,
  clear: 5,
  stats: 6,
  ping: 7,
  verify: 8,
  report: 9,
  scan: 10,
} as const;
export type L2Op = (typeof l2Ops)[keyof typeof l2Ops];

export const l2Status = {ok: 0, error: 1} as const;

export const l2Limits = {
  frameBytes: 8 * 1024 * 1024,
  /** Keys or entries of one request. */
  keys: 256,
  keyBytes: 32,
  /** 4,096 dimensions of float32. */
  vectorBytes: 16 * 1024,
  ttlSeconds: 31_536_000,
  replicas: 256,
  counters: 64,
} as const;

/** What a client branches on. After `bad_frame` the shard closes the connection; after the others it stays. */
export const l2ErrorCodes = [
  /** The bytes are not a frame: its length, or its MessagePack. */
  'bad_frame',
  /** The first request was not hello, or its version is none of ours. */
  'bad_version',
  /** A frame, but not a request that the schema knows. */
  'invalid',
  /** The entries were computed before the last clear: forget them. */
  'stale_generation',
  /** No room on the disk: nothing was stored. Gets go on. */
  'disk_full',
  /** The disk or the store failed: nothing was stored. */
  'storage_failed',
  /** Too much waits to be written. Try later. */
  'overloaded',
  'draining',
] as const;
export type L2ErrorCode = (typeof l2ErrorCodes)[number];

/** Whole float32 numbers, at least one. */
export const isVector = (sizeBytes: number) =>
  sizeBytes > 0 && sizeBytes % 4 === 0 && sizeBytes <= l2Limits.vectorBytes;

export const l2ErrorBodySchema = z.object({code: z.enum(l2ErrorCodes), message: z.string()});
export type L2ErrorBody = z.infer<typeof l2ErrorBodySchema>;

const whole = z.int().min(0);
const keySchema = z.custom<Uint8Array>((key) => key instanceof Uint8Array && key.length === l2Limits.keyBytes, {
  error: 'must be 32 bytes',
});
const vectorSchema = z.custom<Uint8Array>((bytes) => bytes instanceof Uint8Array && isVector(bytes.length), {
  error: 'must be raw float32, at most 16 KiB',
});
/** A name that may stand in a log line. */
const nameSchema = z.string().regex(/^[\w.:-]{1,64}$/, 'must be 1 to 64 letters, digits, ., :, _ or -');
const countersSchema = z
  .record(nameSchema, z.number())
  .refine((counters) => Object.keys(counters).length <= l2Limits.counters, 'holds too many counters');

/** [key, time to live in seconds (0: the shard's own), tokens, little-endian float32]. */
const putEntrySchema = z.tuple([keySchema, whole.max(l2Limits.ttlSeconds), whole.max(0xff_ff_ff_ff), vectorSchema]);
export type L2PutEntry = z.infer<typeof putEntrySchema>;

/** [key, expiry in the shard's milliseconds, tokens, little-endian float32]. */
const scannedEntrySchema = z.tuple([keySchema, whole, whole.max(0xff_ff_ff_ff), vectorSchema]);
export type L2ScannedEntry = z.infer<typeof scannedEntrySchema>;

/** Bodies of requests. A get's body is one binary of all its keys, 32 bytes each: `l2-get-frames.ts`. */
export const l2RequestBodies = {
  [l2Ops.hello]: z.object({version: whole, name: nameSchema}),
  /** [generation the vectors were computed under, entries]. Answered once it is committed. */
  [l2Ops.putMany]: z.tuple([whole, z.array(putEntrySchema).min(1).max(l2Limits.keys)]),
  [l2Ops.deleteMany]: z.array(keySchema).min(1).max(l2Limits.keys),
  /**
   * `before`: clear only if the shard's generation is less. A generation is never less than the shard's clock in
   * milliseconds at its birth, so a client that could not reach the shard can say later "as of then".
   */
  [l2Ops.clear]: z.strictObject({before: whole.optional()}),
  [l2Ops.stats]: z.null(),
  [l2Ops.ping]: z.null(),
  [l2Ops.verify]: z.null(),
  [l2Ops.report]: z.object({replica: nameSchema, counters: countersSchema}),
  /**
   * The entries whose keys come next after `after` (null: from the first), in the order of their keys, at most `limit`.
   * Each is one that was stored at that moment; a walk meets every entry that is there from its start to its end.
   */
  [l2Ops.scan]: z.strictObject({after: keySchema.nullable(), limit: whole.min(1).max(l2Limits.keys)}),
} as const;

const helloReplySchema = z.object({version: whole, shard: z.string(), ttlSeconds: whole, capacity: whole});

const statsReplySchema = z.object({
  shard: z.string(),
  uptimeSeconds: z.number(),
  connections: whole,
  entries: whole,
  capacity: whole,
  vectorBytes: whole,
  /** The part of them that is held in memory. */
  memoryEntries: whole,
  memoryBytes: whole,
  hits: whole,
  misses: whole,
  puts: whole,
  refusedPuts: whole,
  evictions: whole,
  expirations: whole,
  /** Records whose checksum or key was wrong: each was a miss, and is deleted. */
  badRecords: whole,
  /** Files set aside since the start because they were damaged. */
  damagedFiles: whole,
  commits: whole,
  writable: z.boolean(),
});
export type L2Stats = z.infer<typeof statsReplySchema>;

const verifyReplySchema = z.object({checked: whole, bad: whole});
export type L2Verified = z.infer<typeof verifyReplySchema>;

/** Every replica heard of in the last minute. Stale: not within the last three seconds. */
const reportReplySchema = z.object({
  replicas: z.array(z.object({replica: z.string(), ageMs: whole, stale: z.boolean(), counters: countersSchema})),
});
export type L2Reports = z.infer<typeof reportReplySchema>;

/** `next`: what to ask `after` for the next page; null after the last. A page may be short, or empty, before that. */
const scanReplySchema = z.object({
  nowMs: whole,
  next: keySchema.nullable(),
  entries: z.array(scannedEntrySchema).max(l2Limits.keys),
});
export type L2Page = z.infer<typeof scanReplySchema>;

export const l2ReplyBodies = {
  [l2Ops.hello]: helloReplySchema,
  [l2Ops.putMany]: z.object({stored: whole}),
  [l2Ops.deleteMany]: z.object({deleted: whole}),
  [l2Ops.clear]: z.object({cleared: z.boolean()}),
  [l2Ops.stats]: statsReplySchema,
  [l2Ops.ping]: z.null(),
  [l2Ops.verify]: verifyReplySchema,
  [l2Ops.report]: reportReplySchema,
  [l2Ops.scan]: scanReplySchema,
} as const;
