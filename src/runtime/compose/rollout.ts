import type {Container} from './containers/containers.js';
import type {SameImage} from './containers/image-content.js';

/** A container as the plan wants it. */
export interface WantedContainer {
  name: string;
  definition: string;
  imageId: string;
  artifact: string | null;
  hostPorts: number[];
  /** It cannot be healthy before another instance of the plan is. */
  leansOn: boolean;
}

/** How to get from the containers that are there to those that are wanted, in this order. */
export interface Rollout {
  /** Started and healthy before anything is interrupted: they need no port of another and lean on nobody. */
  warm: string[];
  /** They hold a port that another needs, are of another shape, or are paused or cut off from the network: ended first, service is interrupted. */
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
  const clear = current
    .filter((container) => container.broken || blocks(container, wanted))
    .map(({status}) => status.name);
  const missing = wanted.filter(({name}) => !serves(now.get(name)) || clear.includes(name));
  const warm = clear.length === 0 ? [] : missing.filter((one) => canBeWarm(one, current));
  const differing = wanted.filter((one) => !missing.includes(one) && differs(one, now.get(one.name), sameImage));
  // Where service is interrupted anyway, one after another would only be longer.
  const isSwapped = (one: WantedContainer) => clear.length > 0 || isOtherModel(one, now.get(one.name));
  const swap = differing.filter(isSwapped);
  const replace = differing.filter((one) => !swap.includes(one));
  return {
    warm: warm.map(({name}) => name),
    clear,
    swap: swap.map(({name}) => name),
    create: missing.filter((one) => !warm.includes(one)).map(({name}) => name),
    replace: replace.map(({name}) => name),
    remove: current.map(({status}) => status.name).filter((name) => !names.has(name) && !clear.includes(name)),
  };
}

/** Not beside another model, not under a name that is still in use, not on a port that is. */
function canBeWarm({name, hostPorts, artifact, leansOn}: WantedContainer, current: Container[]): boolean {
  const inItsWay = (other: Container): boolean =>
    other.status.name === name ||
    other.published.some(({port}) => hostPorts.includes(port)) ||
    (artifact !== null && other.artifact !== null && other.artifact !== artifact);
  return !leansOn && !current.some(inItsWay);
}

function isOtherModel({artifact}: WantedContainer, container: Container | undefined): boolean {
  return artifact !== null && artifact !== container?.artifact;
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
