import {SutraError} from '../errors.js';
import type {FrontDoor, LoadBalancer, Plan, Service} from './plan-schema.js';
import {roleTraits} from './traits/role-traits.js';

interface Address {
  host: string;
  port: number;
}

/** One replica of a service at its address. */
export interface Instance extends Address {
  name: string;
  service: Service;
}

/** How the parts of a stack reach each other. */
export interface Addressing {
  replica: (service: Service, name: string, index: number) => Address;
  frontDoor: (balancer: LoadBalancer, door: FrontDoor) => Address;
}

/** As processes of one host, and as the host sees published containers: on loopback, each at its own port. */
export const onHost: Addressing = {
  replica: ({firstHostPort}, _name, index) => ({host: '127.0.0.1', port: firstHostPort + index}),
  frontDoor: (_balancer, {port}) => ({host: '127.0.0.1', port}),
};

/** As containers of one network: by name, all replicas of a service at the same port. */
export const inNetwork: Addressing = {
  replica: ({containerPort}, name) => ({host: name, port: containerPort}),
  frontDoor: ({name}, {port}) => ({host: name, port}),
};

/** Every replica of every service, in start order. */
export function placeInstances({services}: Plan, addressing: Addressing): Instance[] {
  return services.flatMap((service) =>
    service.replicas.map((name, index) => ({name, service, ...addressing.replica(service, name, index)})),
  );
}

export function placeOnHost(plan: Plan): Instance[] {
  return placeInstances(plan, onHost);
}

/** Replicas that take requests from a load balancer's doors, or from clients: all but the cache's. */
export function embeddersOnHost(plan: Plan): Instance[] {
  return placeOnHost(plan).filter(({service}) => roleTraits[service.role].embeds);
}

/** Names of the replicas behind the load balancer's doors. */
export function balancedReplicas({services, loadBalancer}: Plan): string[] {
  const behind = new Set(loadBalancer?.frontDoors.map(({service}) => service));
  return services.filter(({name}) => behind.has(name)).flatMap(({replicas}) => replicas);
}

/** Where a service finds the second cache tier; null when it asks none. */
export function cacheShardAddress({cacheShard}: Service, plan: Plan, addressing: Addressing): Address | null {
  if (cacheShard === null || 'host' in cacheShard) return cacheShard;
  const instance = placeInstances(plan, addressing).find(({service}) => service.name === cacheShard.service);
  if (instance === undefined) throw new SutraError('INTERNAL', `the plan lacks its cache shard ${cacheShard.service}`);
  return {host: instance.host, port: instance.port};
}

/** Names of the services that run a model: the load balancer has a backend of each name. */
export function computingServices({services}: Plan): string[] {
  return services.filter(({workers}) => workers > 0).map(({name}) => name);
}

/** Whether the cache shard is a service of the stack, and not one that the operator runs elsewhere. */
export function hasOwnShard({services}: Plan): boolean {
  return services.some(({role}) => roleTraits[role].keepsData);
}

/** The cache shard that services of this stack ask, as this host reaches it. Throws STATE where none does. */
export function shardOfStack(plan: Plan): Address & {own: boolean} {
  const asking = plan.services.find(({cacheShard}) => cacheShard !== null);
  const address = asking === undefined ? null : cacheShardAddress(asking, plan, onHost);
  if (address !== null) return {...address, own: hasOwnShard(plan)};
  throw new SutraError(
    'STATE',
    `topology ${plan.shape} with the cache ${plan.cache.enabled ? 'on' : 'off'} has no cache shard`,
    {
      cure: 'sutra deploy --cache --edition simple, community or enterprise has one',
    },
  );
}

/** Where a service sends what it cannot answer; null when it needs nobody. */
export function upstreamUrl({upstream}: Service, plan: Plan, addressing: Addressing): string | null {
  if (upstream === null) return null;
  if ('url' in upstream) return upstream.url;
  const address =
    'frontDoor' in upstream
      ? doorAddress(upstream.frontDoor, plan, addressing)
      : placeInstances(plan, addressing).find(({service}) => service.name === upstream.service);
  if (address === undefined)
    throw new SutraError('INTERNAL', `an upstream is missing from the plan: ${JSON.stringify(upstream)}`);
  return `http://${address.host}:${address.port}`;
}

function doorAddress(name: string, {loadBalancer}: Plan, addressing: Addressing): Address | undefined {
  const door = loadBalancer?.frontDoors.find((candidate) => candidate.name === name);
  return loadBalancer === null || door === undefined ? undefined : addressing.frontDoor(loadBalancer, door);
}
