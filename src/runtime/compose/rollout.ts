import type {Container} from './containers.js';
import type {SameImage} from './image-content.js';

/** A container as the plan wants it. */
export interface WantedContainer {
  name: string;
  definition: string;
  imageId: string;
  artifact: string | null;
  hostPorts: number[];
}

/** How to get from the containers that are there to those that are wanted, in this order. */
export interface Rollout {
  /** They hold a port that another needs, or are of another shape: ended first, service is interrupted. */
  clear: string[];
  /** Answer from another model than the new ones: ended together, before any new one starts. Service is interrupted. */
  swap: string[];
  /** Started side by side: none of them serves yet. */
  create: string[];
  /** One at a time, each healthy and taken up by the load balancer before the next. */
  replace: string[];
  /** Ended last, when the load balancer knows them no more. */
  remove: string[];
}

/** Decides the rollout. What is right already, and only stopped, is started again as if it were to be created. */
export function decideRollout(wanted: WantedContainer[], current: Container[], sameImage: SameImage): Rollout {
  const now = new Map(current.map((container) => [container.status.name, container]));
  const names = new Set(wanted.map(({name}) => name));
  const clear = current.filter((container) => blocks(container, wanted)).map(({status}) => status.name);
  const missing = wanted.filter(({name}) => !serves(now.get(name)) || clear.includes(name));
  const differing = wanted.filter((one) => !missing.includes(one) && differs(one, now.get(one.name), sameImage));
  const swap = differing.filter((one) => one.artifact !== null && one.artifact !== now.get(one.name)?.artifact);
  const replace = differing.filter((one) => !swap.includes(one));
  return {
    clear,
    swap: swap.map(({name}) => name),
    create: missing.map(({name}) => name),
    replace: replace.map(({name}) => name),
    remove: current.map(({status}) => status.name).filter((name) => !names.has(name) && !clear.includes(name)),
  };
}

/** Whether a container sits on a host port that the plan gives to another. */
function blocks({published, status}: Container, wanted: WantedContainer[]): boolean {
  const hostPorts = published.map(({port}) => port);
  return wanted.some((one) => one.name !== status.name && one.hostPorts.some((port) => hostPorts.includes(port)));
}

function serves(container: Container | undefined): boolean {
  return container !== undefined && ['healthy', 'starting', 'unhealthy'].includes(container.status.state);
}

function differs(
  {definition, imageId}: WantedContainer,
  container: Container | undefined,
  sameImage: SameImage,
): boolean {
  return container?.definition !== definition || !sameImage(container.imageId, imageId);
}
