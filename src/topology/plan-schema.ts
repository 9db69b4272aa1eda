import {roles} from '@sutra/contract/http-info';
import {modelEntrySchema} from '@sutra/contract/model-entry';
import {z} from 'zod';

export const editions = ['simple', 'community', 'enterprise'] as const;
export type Edition = (typeof editions)[number];

/** The shape of the stack. Each edition has its own; `direct` is asked for by name. */
export const shapes = ['simple', 'community', 'enterprise', 'direct'] as const;
export type Shape = (typeof shapes)[number];

/** Where the services run. */
export const runtimes = ['process', 'compose'] as const;
export type RuntimeName = (typeof runtimes)[number];

export const timings = ['fast', 'seed'] as const;
export type TimingName = (typeof timings)[number];

const port = z.int().min(1).max(65_535);

/** Where a service sends what it cannot answer: a front door of the load balancer, a service, or an address outside. */
const upstreamSchema = z.union([
  z.strictObject({frontDoor: z.string()}),
  z.strictObject({service: z.string()}),
  z.strictObject({url: z.string()}),
]);
export type Upstream = z.infer<typeof upstreamSchema>;

const cacheShardSchema = z.union([z.strictObject({service: z.string()}), z.strictObject({host: z.string(), port})]);
export type CacheShard = z.infer<typeof cacheShardSchema>;

/**
 * One service and its replicas. What a load balancer must know of it is data here (probe, idempotence, sizes, slowest
 * answer), so that another kind of service is another row and retries, buffers and timeouts follow from it.
 */
const serviceSchema = z.strictObject({
  name: z.string(),
  role: z.enum([...roles, 'cache']),
  /** Names of the replicas, in order. */
  replicas: z.array(z.string()).nonempty(),
  protocol: z.enum(['http', 'tcp']),
  probe: z.strictObject({
    /** 200 when the process serves. */
    livePath: z.string(),
    /** 200 when it wants traffic, 404 while it drains. */
    readyPath: z.string(),
    /** Host port the probe is answered on, where it is not the service's own. */
    hostPort: port.nullable(),
  }),
  /** Whether a request may be sent twice. */
  idempotent: z.boolean(),
  streaming: z.boolean(),
  maxRequestBytes: z.int(),
  /** Longest answer to the largest legal request. */
  slowestAnswerMs: z.int(),
  /** Port of the first replica on the host; the others follow. */
  firstHostPort: port,
  /** Port inside a container. */
  containerPort: port,
  upstream: upstreamSchema.nullable(),
  /** The second cache tier it asks: a service of the stack, or a shard elsewhere. */
  cacheShard: cacheShardSchema.nullable(),
  /** 0 where nothing is inferred. */
  workers: z.int(),
  threadsPerWorker: z.int(),
  /** What one replica may take, in MiB. Enforced where the runtime can. */
  memoryMb: z.int(),
  /** Environment that is the same in every runtime. */
  env: z.record(z.string(), z.string()),
});
export type Service = z.infer<typeof serviceSchema>;

/** One public port of the load balancer and the service behind it. */
const frontDoorSchema = z.strictObject({name: z.string(), port, service: z.string()});
export type FrontDoor = z.infer<typeof frontDoorSchema>;

const loadBalancerSchema = z.strictObject({
  name: z.string(),
  memoryMb: z.int(),
  frontDoors: z.array(frontDoorSchema),
  statsPort: port,
  timing: z.enum(timings),
  /** A line of log for each request. Plans from before it was a setting have none. */
  accessLog: z.boolean().default(false),
});
export type LoadBalancer = z.infer<typeof loadBalancerSchema>;

/** Who may reach the public API, and how. */
const securitySchema = z.strictObject({
  /** The API's port, and no other, listens beyond loopback. */
  exposed: z.boolean(),
  /** Of the API's front door. `given`: the certificate is the operator's. */
  tls: z.enum(['off', 'generated', 'given']),
  /** Names the set of keys the API wants, and holds none of them; null: it wants none. */
  apiKeys: z.string().nullable(),
  /** Of one API key, or of one client address where no known key is presented; null: no limit. */
  requestsPerMinute: z.int().positive().nullable(),
});
export type Security = z.infer<typeof securitySchema>;

/** The topology with every decision taken. Renderers only choose syntax. */
export const planSchema = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.string(),
  project: z.string(),
  edition: z.enum(editions),
  shape: z.enum(shapes),
  runtime: z.enum(runtimes),
  model: modelEntrySchema,
  /** Id or folder the model is had from. */
  modelSource: z.string(),
  /** Dimension of an answer whose request names none. */
  dimension: z.int(),
  cache: z.strictObject({
    enabled: z.boolean(),
    capacity: z.int(),
    ttlSeconds: z.int(),
    host: z.string(),
    port,
    l1Entries: z.int(),
  }),
  /** In start order: what others lean on comes first. */
  services: z.array(serviceSchema),
  loadBalancer: loadBalancerSchema.nullable(),
  security: securitySchema,
  /** Every host port of the stack and whose it is. */
  ports: z.array(z.strictObject({port, owner: z.string()})),
  urls: z.strictObject({api: z.string(), loadBalancer: z.string().nullable(), stats: z.string().nullable()}),
});
export type Plan = z.infer<typeof planSchema>;
