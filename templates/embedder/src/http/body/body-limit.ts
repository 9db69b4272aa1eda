import type {Role} from '@sutra/contract/http-info';
import {limits} from '@sutra/contract/limits';

/** What a cached embedder may add to a body of the largest legal size when it sends it on to a model. */
const roomToForwardBytes = 1_024;

export function bodyLimitBytes(role: Role): number {
  return role === 'model' ? limits.bodyBytes + roomToForwardBytes : limits.bodyBytes;
}
