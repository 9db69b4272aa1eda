import {artifactOf} from '@sutra/contract/model-entry';
import type {Plan} from './plan-schema.js';
import {drainMs, timingProfiles} from './timing.js';

/** What a change of the running stack costs those who use it. */
export interface Interruption {
  what: string;
  /** For how long nobody answers, roughly. */
  seconds: number;
}

/** A replica's start without its model, and the load balancer's checks. */
const startSeconds = 2.5;
/** Reading and preparing weights, all replicas of a machine together. */
const weightBytesPerSecond = 150e6;

/**
 * Another model artifact: the old replicas must all have ended before a new one serves, since vectors of two models are
 * not comparable. Null where the change goes replica by replica.
 */
export function interruptionOf(before: Plan, after: Plan): Interruption | null {
  if (artifactOf(before.model) === artifactOf(after.model)) return null;
  const drain = before.loadBalancer === null ? 0 : drainMs(timingProfiles[before.loadBalancer.timing]) / 1_000;
  const replicas = after.services.filter(({workers}) => workers > 0).flatMap((service) => service.replicas).length;
  const weightBytes = after.model.files.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0);
  const what =
    before.model.id === after.model.id
      ? `other weights of ${after.model.id}`
      : `another model: ${before.model.id} -> ${after.model.id}`;
  return {what, seconds: Math.ceil(drain + startSeconds + (replicas * weightBytes) / weightBytesPerSecond)};
}
