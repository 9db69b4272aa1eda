import type {EmbedderEnvironment} from '@sutra/contract/embedder-environment';
import type {L1Cache} from '../cache/l1-cache.js';
import type {Embeddings} from '../embeddings.js';
import type {Metrics} from '../metrics.js';
import type {VectorSource} from '../vector-source.js';

/** What the routes work with. */
export interface Context {
  env: EmbedderEnvironment;
  source: VectorSource;
  cache: L1Cache | null;
  embeddings: Embeddings;
  metrics: Metrics;
  /** Set by the stop signal: `/ready` says so, and answers close their connections. */
  draining: boolean;
  startedAtMs: number;
}
