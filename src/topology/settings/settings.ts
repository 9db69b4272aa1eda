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
  l1Entries: z.int().positive().describe('Vectors in memory, each replica of the API.'),
});

const portsSchema = z.strictObject({
  api: port.describe('The public API.'),
  models: port.describe('The models, or the load balancer before them.'),
  replicas: port.describe('First of the replicas’ own ports.'),
  edges: port.describe('First of the API replicas’ own ports.'),
  stats: port.describe('HAProxy’s page.'),
});

/** `sutra.yaml`, and what variables and flags can say too. Everything is optional: the edition fills the rest. */
export const settingsSchema = z.strictObject({
  project: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and dashes, a letter first, 31 at most')
    .describe('Name of this stack. Two stacks on one host have two names.'),
  edition: z
    .enum(editions)
    .describe('simple: one of each. community: scaled out behind HAProxy. enterprise: full embedders.'),
  topology: z
    .enum(shapes)
    .describe('Shape of the stack where it is not the edition’s own: direct is one embedder, no hop.'),
  runtime: z
    .enum(['auto', ...runtimes])
    .describe('Where the services run. auto: containers where a Docker engine answers, else processes.'),
  model: path.describe('Model id, short name, or a folder with sutra-model.json.'),
  dimension: z.int().positive().describe('Width of an answer whose request names none.'),
  maxTokens: z
    .int()
    .min(16)
    .describe('Longest text in tokens, at most the model’s window. Memory of a run grows with its square.'),
  replicas: z.int().min(1).max(32).describe('Model replicas (community) or embedders (enterprise).'),
  edgeReplicas: z.int().min(1).max(32).describe('Replicas of the public API (community).'),
  timing: z.enum(timings).describe('Health-check cadence. fast: seen down in seconds. seed: 30 s, as documented.'),
  modelsUrl: z
    .url({protocol: /^https?$/})
    // They would be ignored, and kept and printed all the same.
    .refine(hasNoSecret, 'must have no user, password or query')
    .describe('Models that run elsewhere; none are started here.'),
  expose: z.boolean().describe('The public API listens beyond loopback; nothing else does.'),
  tls: path.describe('Of the public API: off, generated, or a PEM file of certificate chain and key.'),
  rateLimit: z.int().min(0).describe('Requests a minute of one API key, or of one client without. 0: no limit.'),
  accessLog: z
    .boolean()
    .describe('HAProxy logs one line per request: sutra logs ml-base-lb. Off: none, for their cost.'),
  cache: cacheSchema.partial(),
  ports: portsSchema.partial(),
  portOffset: z.int().min(0).max(50_000).describe('Added to every port: a second stack on this host.'),
});

export type FullSettings = Omit<z.infer<typeof settingsSchema>, 'cache' | 'ports'> & {
  cache: z.infer<typeof cacheSchema>;
  ports: z.infer<typeof portsSchema>;
};
export const partialSettingsSchema = settingsSchema.partial();
export type Settings = z.infer<typeof partialSettingsSchema>;
