import {artifactOf} from '@sutra/contract/model-entry';
import type {Plan} from './plan-schema.js';
import {listenersOf} from './port-table.js';
import {drainMs, timingProfiles} from './timing.js';
import {roleTraits} from './traits/role-traits.js';
import {runtimeTraits} from './traits/runtime-traits.js';

/** What a change of the running stack costs those who use it. */
export interface Interruption {
  /** Why service is interrupted, and what happens then. */
  reasons: {what: string; consequence: string}[];
  /** For how long nobody answers, roughly. */
  seconds: number;
}

/** A replica's start without its model, and the load balancer's checks. */
const startSeconds = 2.5;
/** Until a load balancer that takes over ports serves from replicas that run already. */
const switchSeconds = 1;
/** Reading and preparing weights, all replicas of a machine together. */
const weightBytesPerSecond = 150e6;

/**
 * Why and for how long a change from one plan to the other interrupts service; null where it goes replica by replica.
 * Another model artifact: the old replicas must all have ended before a new one serves, since vectors of two models are
 * not comparable. A port that changes hands: its old owner must have ended before the new one can listen.
 */
export function interruptionOf(before: Plan, after: Plan): Interruption | null {
  const otherModel = artifactOf(before.model) !== artifactOf(after.model);
  const moved = movedPorts(before, after);
  if (!otherModel && moved.length === 0) return null;
  const reasons = [
    ...(otherModel ? [{what: modelChange(before, after), consequence: modelConsequence}] : []),
    ...(moved.length > 0 ? [{what: portChange(before, after), consequence: portConsequence(moved)}] : []),
  ];
  const late = new Set(moved.flatMap(({from, to}) => [from, to]));
  const loaded = replicasLoaded(after, otherModel ? null : late);
  const weightBytes = after.model.files.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0);
  const start = loaded === 0 ? switchSeconds : startSeconds + (loaded * weightBytes) / weightBytesPerSecond;
  return {
    reasons,
    seconds: Math.ceil(
      drainSeconds(before, otherModel ? null : late) + start + runtimeTraits[after.runtime].startOverheadSeconds,
    ),
  };
}

interface MovedPort {
  port: number;
  /** Instances. */
  from: string;
  to: string;
}

/** Ports that one instance has and another needs. */
function movedPorts(before: Plan, after: Plan): MovedPort[] {
  const owners = listenersOf(before);
  return [...listenersOf(after)].flatMap(([port, to]) => {
    const from = owners.get(port);
    return from === undefined || from === to ? [] : [{port, from, to}];
  });
}

/** Replicas whose model is loaded while nobody answers: those of services of which none can be warm before. */
function replicasLoaded({services}: Plan, late: Set<string> | null): number {
  const loading = services.filter(
    ({workers, replicas}) => workers > 0 && replicas.every((name) => late?.has(name) ?? true),
  );
  return loading.flatMap(({replicas}) => replicas).length;
}

/** Replicas behind a load balancer go on accepting until it has seen that they drain. */
function drainSeconds({loadBalancer, services}: Plan, ending: Set<string> | null): number {
  const draining = services.some(
    ({role, replicas}) => roleTraits[role].embeds && replicas.some((name) => ending?.has(name) ?? true),
  );
  return loadBalancer === null || !draining ? 0 : drainMs(timingProfiles[loadBalancer.timing]) / 1_000;
}

const modelConsequence = 'All replicas stop before the new ones serve, and the cache is emptied.';

function modelChange(before: Plan, after: Plan): string {
  return before.model.id === after.model.id
    ? `weights of ${after.model.id}`
    : `model: ${before.model.id} -> ${after.model.id}`;
}

function portChange(before: Plan, after: Plan): string {
  return before.shape === after.shape ? 'ports' : `topology: ${before.shape} -> ${after.shape}`;
}

function portConsequence(moved: MovedPort[]): string {
  const [{port, from, to} = {port: 0, from: '', to: ''}, ...others] = moved.toSorted((a, b) => a.port - b.port);
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `Ports move to another service (${port}: ${from} -> ${to}${more}): the old one stops before the new one listens.`;
}
