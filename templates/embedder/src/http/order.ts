import type {IncomingHttpHeaders} from 'node:http';
import {type EmbedRequest, testTraffic, trafficHeader} from '@sutra/contract/http-embed';
import type {Traffic} from '../cache/lookup-counts.js';
import type {EmbedOrder} from '../embeddings.js';

/** What `POST /embed` asks for. */
export function orderOf(body: EmbedRequest, headers: IncomingHttpHeaders): EmbedOrder {
  return {
    texts: body.texts ?? [body.text ?? ''],
    normalise: body.normalize,
    truncate: body.truncate,
    inputType: body.input_type,
    dimension: body.dimension,
    cacheTtlSeconds: body.cache_ttl_seconds,
    traffic: trafficOf(headers),
  };
}

/** Whose traffic a request is: a client's unless it says it is a test. */
export function trafficOf(headers: IncomingHttpHeaders): Traffic {
  return headers[trafficHeader] === testTraffic ? 'test' : 'client';
}
