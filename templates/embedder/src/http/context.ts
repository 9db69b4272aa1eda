import type {EmbedderEnvironment} from '@sutra/contract/embedder-environment';
import type {TwoTierCache} from '../cache/two-tier-cache.js';
import type {Embeddings} from '../embeddings.js';
import type {Metrics} from '../metrics.js';
import type {VectorSource} from '../vector-source.js';

/** What the routes work with. */
export interface Context {
  env: EmbedderEnvironment;
  source: VectorSource;
  cache: TwoTierCache | null;
  embeddings: Embeddings;
  metrics: Metrics;
  /** Set by the stop signal: `/ready` says so, and answers close their connections. */
  draining: boolean;
  startedAtMs: number;
}
