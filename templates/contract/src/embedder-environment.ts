import {z} from 'zod';
import {roles} from './http-info.js';

const port = whole(0, 65_535);
const count = whole(1, Number.MAX_SAFE_INTEGER);
const flag = z
  .enum(['true', 'false', '1', '0'], {error: 'must be true or false'})
  .transform((value) => value === 'true' || value === '1');

/** The environment of one embedder process: all it knows of the stack. Read once, at its entry. */
export const embedderEnvironmentSchema = z.object({
  SUTRA_ROLE: z.enum(roles, {error: `must be one of ${roles.join(', ')}`}),
  SUTRA_SERVICE_NAME: z.string().default('embedder'),
  SUTRA_PROJECT: z.string().default('sutra'),
  SUTRA_EDITION: z.string().default('simple'),
  SUTRA_VERSION: z.string().default('0.0.0'),
  SUTRA_HOST: z.string().default('127.0.0.1'),
  /** 0 takes any free port and says which in the log. */
  SUTRA_PORT: port.default(8887),
  /** Folder of `sutra-model.json`, weights and tokenizer. Roles model and direct. */
  SUTRA_MODEL_DIR: z.string().optional(),
  /** Where the models are. Role cached. */
  ML_BASE_URL: z.url({protocol: /^https?$/, error: 'must be an http or https address'}).optional(),
  /** Longest wait for the models, in milliseconds. Role cached. */
  SUTRA_UPSTREAM_TIMEOUT_MS: count.default(130_000),
  /** Longest text in tokens, where it is to be less than the model's window: a run's memory grows with its square. */
  SUTRA_MAX_TOKENS: count.optional(),
  /** Dimension of an answer whose request names none. Default: the model's native one. */
  MATRYOSHKA_DIM: count.optional(),
  /** Further dimensions the operator vouches for on a model without Matryoshka training, comma-separated. */
  SUTRA_FORCE_DIMENSIONS: z
    .string()
    .regex(/^\d{1,5}(,\d{1,5})*$/, 'must be whole numbers with commas between')
    .optional(),
  SUTRA_CACHE_ENABLED: flag.default(true),
  SUTRA_CACHE_TTL: whole(0, 31_536_000).default(86_400),
  SUTRA_L1_ENTRIES: count.default(10_000),
  /** Of vectors and, in what they leave free, of their serialised forms. */
  SUTRA_L1_BYTES: count.default(64 * 1024 * 1024),
  /** Where the cache shard is, or several with commas between, each with its port if it is another. Unset: no L2. */
  SUTRA_CACHE_HOST: z
    .string()
    .regex(/^[\w.-]+(:\d{1,5})?(,[\w.-]+(:\d{1,5})?)*$/, 'must be host names with commas between')
    .optional(),
  SUTRA_CACHE_PORT: whole(1, 65_535).default(50_052),
  /** File of the secret that the shard asks for, and must know itself. Unset: the shard is believed without. */
  SUTRA_CACHE_SECRET_FILE: z.string().optional(),
  /** Longest wait for the shard, in milliseconds. After it a text is computed. */
  SUTRA_CACHE_DEADLINE_MS: whole(1, 60_000).default(50),
  /** Vectors, and their bytes, that may wait to be sent to the shard. What comes beyond is not stored there. */
  SUTRA_CACHE_QUEUE_ENTRIES: count.default(4_096),
  SUTRA_CACHE_QUEUE_BYTES: count.default(16 * 1024 * 1024),
  /** Inference workers, one ONNX session each. */
  SUTRA_WORKERS: count.default(1),
  /** Intra-op threads of each session. */
  SUTRA_THREADS: count.default(1),
  /** Tokens that may wait; beyond it, 429. Never less than the largest legal request needs on an empty queue. */
  SUTRA_QUEUE_TOKENS: count.default(200_000),
  /** Set: the API wants a key, and this names the set of them, so that a service with another set is another service. */
  SUTRA_API_KEYS: z.string().optional(),
  /** File of the keys' digests. Roles cached and direct. */
  SUTRA_API_KEY_FILE: z.string().optional(),
  /** How long a service that was told to stop keeps accepting, so that the load balancer has seen it. */
  SUTRA_DRAIN_MS: whole(0, 600_000).default(2_000),
});
export type EmbedderEnvironment = z.infer<typeof embedderEnvironmentSchema>;

/** A whole number within bounds, and a message that says them. */
function whole(least: number, most: number) {
  const upTo = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
  const error = `must be a whole number, ${upTo}`;
  return z.coerce.number({error}).int({error}).min(least, {error}).max(most, {error});
}
