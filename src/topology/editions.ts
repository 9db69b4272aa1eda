import type {Edition, Shape} from './plan-schema.js';
import type {Settings} from './settings/settings.js';

/** What holds where nobody says otherwise. Figures of the seed documents. */
export const defaults = {
  project: 'sutra',
  edition: 'simple',
  runtime: 'auto',
  model: 'nomic-ai/nomic-embed-text-v1.5',
  // At nomic's whole window of 8,192 one text takes 9 GB and 80 s on one core; at 2,048, its trained length, 1 GB and 9 s.
  maxTokens: 2_048,
  timing: 'fast',
  portOffset: 0,
  expose: false,
  tls: 'off',
  rateLimit: 0,
  accessLog: false,
  cache: {
    enabled: true,
    capacity: 100_000,
    ttlSeconds: 86_400,
    host: 'storage-cache-shard',
    port: 50_052,
    l1Entries: 10_000,
  },
  ports: {api: 8888, models: 8887, replicas: 8891, edges: 8901, stats: 9999},
} as const satisfies Settings;

/** What an edition says beyond the defaults. */
export const editions: Record<Edition, Settings & {topology: Shape; replicas: number; edgeReplicas: number}> = {
  simple: {topology: 'simple', replicas: 1, edgeReplicas: 1},
  community: {topology: 'community', replicas: 3, edgeReplicas: 2},
  enterprise: {topology: 'enterprise', replicas: 3, edgeReplicas: 1, ports: {stats: 9998}},
};
