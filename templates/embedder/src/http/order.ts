import type {EmbedRequest} from '@sutra/contract/http-embed';
import type {EmbedOrder} from '../embeddings.js';

/** What `POST /embed` asks for. */
export function orderOf(body: EmbedRequest): EmbedOrder {
  return {
    texts: body.texts ?? [body.text ?? ''],
    normalise: body.normalize,
    truncate: body.truncate,
    inputType: body.input_type,
    dimension: body.dimension,
    cacheTtlSeconds: body.cache_ttl_seconds,
  };
}
