import {z} from 'zod';

const port = whole(0, 65_535);
const megabyte = 1024 * 1024;

/** The environment of one cache shard: all it knows of the stack. Read once, at its entry. */
export const cacheEnvironmentSchema = z.object({
  SUTRA_SERVICE_NAME: z.string().default('storage-cache-shard'),
  SUTRA_VERSION: z.string().default('0.0.0'),
  SUTRA_HOST: z.string().default('127.0.0.1'),
  /** 0 takes any free port and says which in the log. */
  SUTRA_PORT: port.default(50_052),
  /** `GET /health`, `/ready` and `/metrics`, on the same host. 0 takes any free port. */
  SUTRA_HEALTH_PORT: port.default(50_053),
  /** File of the secret that clients must know. Unset: whoever reaches the port is served. */
  SUTRA_CACHE_SECRET_FILE: z.string().optional(),
  SUTRA_CACHE_DATA_DIR: z.string().default('/var/lib/sutra/cache'),
  /** Entries. The least recently used goes first. */
  SUTRA_CACHE_CAPACITY: whole(1, 100_000_000).default(100_000),
  /** Longest life of an entry, in seconds. */
  SUTRA_CACHE_TTL: whole(1, 31_536_000).default(86_400),
  /** Bytes of the most recently used vectors that are held in memory; the rest is read from the disk. */
  SUTRA_CACHE_MEMORY_BYTES: whole(0, 64 * 1024 * megabyte).default(256 * megabyte),
  /**
   * `normal`: what was acknowledged survives the death of the process. `full`: and that of the machine, at the price
   * of one fsync a commit.
   */
  SUTRA_CACHE_SYNC: z.enum(['normal', 'full'], {error: 'must be normal or full'}).default('normal'),
});
export type CacheEnvironment = z.infer<typeof cacheEnvironmentSchema>;

/** A whole number within bounds, and a message that says them. */
function whole(least: number, most: number) {
  const error = `must be a whole number, from ${least} to ${most}`;
  return z.coerce.number({error}).int({error}).min(least, {error}).max(most, {error});
}
