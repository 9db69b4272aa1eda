import {limits} from '@sutra/contract/limits';
import type {ModelEntry} from '@sutra/contract/model-entry';

/** MiB one replica may take. The documents' figures, but for the edge: its L1 of 10,000 full vectors and Node's heap. */
export const memoryMb = {inference: 6_144, edge: 768, cache: 2_048} as const;

/** MiB of HAProxy: three quarters are for the buffers of its connections, 1,536 of them. */
export const balancerMemoryMb = 1_536;

/**
 * Uncapped, three replicas on one machine fight for its cores (3 x 3.5 texts a second where one alone does 12), so each
 * gets its share. Sessions of one thread beat one session of several; past four, the copies of the weights cost more.
 */
export function shareCores(cores: number, replicas: number): {workers: number; threadsPerWorker: number} {
  const share = Math.max(1, Math.floor(cores / replicas));
  const workers = Math.min(share, 4);
  return {workers, threadsPerWorker: Math.max(1, Math.floor(share / workers))};
}

/**
 * Time for the largest legal request: a body full of one-letter words is half as many tokens as bytes, at the model's
 * slowest rate on one core, doubled because replicas share cores.
 */
export function slowestAnswerMs(model: ModelEntry): number {
  const mostTokens = limits.bodyBytes / 2;
  const seconds = (2 * mostTokens) / model.tokensPerCoreSecond;
  return Math.max(30_000, Math.ceil(seconds) * 1_000);
}
