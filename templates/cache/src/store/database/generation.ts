import {randomInt} from 'node:crypto';
import {l2Limits} from '@sutra/contract/l2-protocol';

/** More than a file may hold: a shard would have to clear for ever to come from here to the protocol's limit. */
export const largestStoredGeneration = l2Limits.generation / 2;

/** By chance, so that two files which begin in the same millisecond of a wrong clock do not share a generation. */
const chance = 2 ** 20;

/** Of a file that begins empty. Greater than `last`, the generation of the one before it as far as it is known. */
export function freshGeneration(last: number, nowMs: number): number {
  return Math.max(last + 1, Math.floor(nowMs) + randomInt(chance));
}
