import {z} from 'zod';
import {hasNoSecret} from '../../shown-url.js';
import {editions, runtimes, shapes, timings} from '../plan-schema.js';

/** No system has a path with a NUL in it. */
const path = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\0'), 'must not contain a NUL character');
const port = z.int().min(1).max(65_535);

const cacheSchema = z.strictObject({
  enabled: z.boolean(),
  capacity: z.int().min(1).max(100_000_000).describe('Vectors in the second tier.'),
  ttlSeconds: z.int().min(1).max(31_536_000),
  host: z.string().min(1),
  port,
  l1Entries: z.int().positive().describe('Vectors kept in memory by each API replica.'),
});

const portsSchema = z.strictObject({
  api: port.describe('The public API.'),
  models: port.describe('The models, or the load balancer before them.'),
  replicas: port.describe('First port of the model replicas.'),
  edges: port.describe('First port of the API replicas.'),
  stats: port.describe('HAProxy statistics page.'),
});

/** `sutra.yaml`, and what variables and flags can say too. Everything is optional: the edition fills the rest. */
export const settingsSchema = z.strictObject({
  project: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be at most 31 lower-case letters, digits and dashes, starting with a letter')
    .describe('Name of this stack. Stacks on one host need different names.'),
  edition: z
    .enum(editions)
    .describe('simple: one of each. community: scaled out behind HAProxy. enterprise: full embedders.'),
  topology: z
    .enum(shapes)
    .describe('Overrides the topology of the edition. direct: one embedder on the API port, no second hop.'),
  runtime: z
    .enum(['auto', ...runtimes])
    .describe('Where the services run. auto: containers where a Docker engine answers, else processes.'),
  model: path.describe('Model id, short name, or a folder with sutra-model.json.'),
  dimension: z.int().positive().describe('Embedding dimension of requests that name none.'),
  maxTokens: z
    .int()
    .min(16)
    .describe('Longest text in tokens, at most the model’s window. Memory per run grows with the square of it.'),
  replicas: z.int().min(1).max(32).describe('Model replicas (community) or embedders (enterprise).'),
  edgeReplicas: z.int().min(1).max(32).describe('Replicas of the public API (community).'),
  timing: z
    .enum(timings)
    .describe(
      'Health-check profile. fast: failures are detected in seconds. seed: every 30 s, as in the design documents.',
    ),
  modelsUrl: z
    .url({protocol: /^https?$/})
    // They would be ignored, and kept and printed all the same.
    .refine(hasNoSecret, 'must not contain a user, password or query')
    .describe('URL of models that run elsewhere; no models are started here.'),
  expose: z.boolean().describe('Opens the public API, and no other port, to other machines.'),
  tls: path.describe('TLS of the public API: off, generated, or a PEM file with certificate chain and key.'),
  rateLimit: z
    .int()
    .min(0)
    .describe('Requests per minute of each API key, or of each client without one. 0: unlimited.'),
  accessLog: z
    .boolean()
    .describe('Makes HAProxy log one line per request: sutra logs ml-base-lb. Off by default, because it costs time.'),
  cache: cacheSchema.partial(),
  ports: portsSchema.partial(),
  portOffset: z.int().min(0).max(50_000).describe('Number added to every port, for a second stack on this host.'),
});

export type FullSettings = Omit<z.infer<typeof settingsSchema>, 'cache' | 'ports'> & {
  cache: z.infer<typeof cacheSchema>;
  ports: z.infer<typeof portsSchema>;
};
export const partialSettingsSchema = settingsSchema.partial();
export type Settings = z.infer<typeof partialSettingsSchema>;
