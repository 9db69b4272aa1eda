import type {Computed} from '../../../decision/claim.js';
import type {Plan} from '../../../topology/plan-schema.js';

const floatBytes = 4;

/** Figure of a claim: what one vector takes in the cache. */
export const keptBytesId = 'kept-bytes';

/** The cache keeps a vector in full width whatever width is answered; none where the stack keeps nothing. */
export function keptBytes({cache, model}: Pick<Plan, 'cache' | 'model'>): Record<string, Computed> {
  return cache.enabled ? {[keptBytesId]: {value: model.nativeDimension * floatBytes, unit: 'bytes'}} : {};
}
