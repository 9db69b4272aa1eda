import {z} from 'zod';
import {l2NonceBytes, l2ProofBytes} from './l2-secret.js';

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
export const l2Version = 2;
/** From this version on a client can show that it knows the stack's secret: `l2-secret.ts`. */
export const l2SecretVersion = 2;

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
  prove: 11,
} as const;
export type L2Op = (typeof l2Ops)[keyof typeof l2Ops];

export const l2Status = {ok: 0, error: 1} as const;

export const l2Limits = {
  frameBytes: 8 * 1024 * 1024,
  /** A frame before both ends have agreed to talk: a hello, a proof, an error. */
  greetingBytes: 8 * 1024,
  /** Keys or entries of one request. */
  keys: 256,
  keyBytes: 32,
  /** 4,096 dimensions of float32. */
  vectorBytes: 16 * 1024,
  ttlSeconds: 31_536_000,
  capacity: 100_000_000,
  replicas: 256,
  counters: 64,
  /** Every generation is below it. A shard's file holds no more than half of it, so that no clear can overflow. */
  generation: 2 ** 52,
  /** Milliseconds of a clock: the year 10889. */
  timeMs: 2 ** 48,
  /** Characters of an error's message. */
  messageLength: 1_000,
} as const;

/** What a client branches on. After the first three the shard closes the connection; after the others it stays. */
export const l2ErrorCodes = [
  /** The bytes are not a frame: its length, or its MessagePack. */
  'bad_frame',
  /** The first request was not hello, or its version is none of ours. */
  'bad_version',
  /** The client does not show that it knows the stack's secret. The shard closes the connection. */
  'unauthorized',
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

/** The message is another process's text and ends in logs and on terminals: its control characters are replaced. */
export const l2ErrorBodySchema = z.object({
  code: z.enum(l2ErrorCodes),
  message: z
    .string()
    .transform((text) => text.slice(0, l2Limits.messageLength).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')),
});
export type L2ErrorBody = z.infer<typeof l2ErrorBodySchema>;

/** Counts of what a shard did or holds. */
const whole = z.int().min(0);
const generation = whole.max(l2Limits.generation);
const timeMs = whole.max(l2Limits.timeMs);
const uint32 = whole.max(0xff_ff_ff_ff);
const version = whole.max(0xff_ff);
const ttlSeconds = whole.max(l2Limits.ttlSeconds);
const keySchema = z.custom<Uint8Array>((key) => key instanceof Uint8Array && key.length === l2Limits.keyBytes, {
  error: 'must be 32 bytes',
});
const vectorSchema = z.custom<Uint8Array>((bytes) => bytes instanceof Uint8Array && isVector(bytes.length), {
  error: 'must be raw float32, at most 16 KiB',
});
const nonceSchema = binary(l2NonceBytes);
const proofSchema = binary(l2ProofBytes);
/** A name that may stand in a log line. */
const nameSchema = z.string().regex(/^[\w.:-]{1,64}$/, 'must be 1 to 64 letters, digits, ., :, _ or -');
const countersSchema = z
  .record(nameSchema, z.number().min(0).max(Number.MAX_SAFE_INTEGER))
  .refine((counters) => Object.keys(counters).length <= l2Limits.counters, 'holds too many counters');

/** [key, time to live in seconds (0: the shard's own), tokens, little-endian float32]. */
const putEntrySchema = z.tuple([keySchema, ttlSeconds, uint32, vectorSchema]);
export type L2PutEntry = z.infer<typeof putEntrySchema>;

/** [key, expiry in the shard's milliseconds, tokens, little-endian float32]. */
const scannedEntrySchema = z.tuple([keySchema, timeMs, uint32, vectorSchema]);
export type L2ScannedEntry = z.infer<typeof scannedEntrySchema>;

/** Bodies of requests. A get's body is one binary of all its keys, 32 bytes each: `l2-get-frames.ts`. */
export const l2RequestBodies = {
  [l2Ops.hello]: z.object({version, name: nameSchema, nonce: nonceSchema.optional()}),
  [l2Ops.prove]: z.strictObject({proof: proofSchema}),
  /** [generation the vectors were computed under, entries]. Answered once it is committed. */
  [l2Ops.putMany]: z.tuple([generation, z.array(putEntrySchema).min(1).max(l2Limits.keys)]),
  [l2Ops.deleteMany]: z.array(keySchema).min(1).max(l2Limits.keys),
  [l2Ops.clear]: z.strictObject({}),
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

const helloReplySchema = z.object({
  version,
  shard: z.string().max(256),
  ttlSeconds,
  capacity: whole.max(l2Limits.capacity),
  /** Where the shard asks for a proof of the secret first: until then it answers nothing else. */
  challenge: nonceSchema.optional(),
});

const statsReplySchema = z.object({
  shard: z.string().max(256),
  uptimeSeconds: z.number().min(0),
  connections: whole,
  /** Since the start: those that did not show who they are, or that were too many. */
  refusedConnections: whole.default(0),
  entries: whole,
  capacity: whole.max(l2Limits.capacity),
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
  /** Why the last of them was; null where none was, and from shards of older versions. */
  lastDamage: z.string().max(l2Limits.messageLength).nullable().default(null),
  commits: whole,
  writable: z.boolean(),
});
export type L2Stats = z.infer<typeof statsReplySchema>;

const verifyReplySchema = z.object({checked: whole, bad: whole});
export type L2Verified = z.infer<typeof verifyReplySchema>;

/** Every replica heard of in the last minute. Stale: not within the last three seconds. */
const reportReplySchema = z.object({
  replicas: z
    .array(z.object({replica: nameSchema, ageMs: timeMs, stale: z.boolean(), counters: countersSchema}))
    .max(l2Limits.replicas),
});
export type L2Reports = z.infer<typeof reportReplySchema>;

/** `next`: what to ask `after` for the next page; null after the last. A page may be short, or empty, before that. */
const scanReplySchema = z.object({
  nowMs: timeMs,
  next: keySchema.nullable(),
  entries: z.array(scannedEntrySchema).max(l2Limits.keys),
});
export type L2Page = z.infer<typeof scanReplySchema>;

export const l2ReplyBodies = {
  [l2Ops.hello]: helloReplySchema,
  [l2Ops.prove]: z.object({proof: proofSchema}),
  [l2Ops.putMany]: z.object({stored: whole.max(l2Limits.keys)}),
  [l2Ops.deleteMany]: z.object({deleted: whole.max(l2Limits.keys)}),
  [l2Ops.clear]: z.object({cleared: z.boolean()}),
  [l2Ops.stats]: statsReplySchema,
  [l2Ops.ping]: z.null(),
  [l2Ops.verify]: verifyReplySchema,
  [l2Ops.report]: reportReplySchema,
  [l2Ops.scan]: scanReplySchema,
} as const;

function binary(length: number) {
  return z.custom<Uint8Array>((bytes) => bytes instanceof Uint8Array && bytes.length === length, {
    error: `must be ${length} bytes`,
  });
}
