import {SutraError} from '../errors.js';
import type {Plan, Service} from './plan-schema.js';

/** One replica of a service at its address on this host. */
export interface Instance {
  name: string;
  service: Service;
  host: string;
  port: number;
}

/** Replicas as processes of one host: each on loopback at its own port. */
export function placeOnHost({services}: Plan): Instance[] {
  return services.flatMap((service) =>
    service.replicas.map((name, index) => ({name, service, host: '127.0.0.1', port: service.firstHostPort + index})),
  );
}

/** Replicas that take requests from a load balancer's doors, or from clients: all but the cache's. */
export function embeddersOnHost(plan: Plan): Instance[] {
  return placeOnHost(plan).filter(({service}) => service.role !== 'cache');
}

/** Names of the replicas behind the load balancer's doors. */
export function balancedReplicas({services, loadBalancer}: Plan): string[] {
  const behind = new Set(loadBalancer?.frontDoors.map(({service}) => service));
  return services.filter(({name}) => behind.has(name)).flatMap(({replicas}) => replicas);
}

/** Where a service finds the second cache tier; null when it asks none. */
export function cacheShardAddress({cacheShard}: Service, plan: Plan): {host: string; port: number} | null {
  if (cacheShard === null || 'host' in cacheShard) return cacheShard;
  const instance = placeOnHost(plan).find(({service}) => service.name === cacheShard.service);
  if (instance === undefined) throw new SutraError('INTERNAL', `the plan lacks its cache shard ${cacheShard.service}`);
  return {host: instance.host, port: instance.port};
}

/** The cache shard that services of this stack ask. Throws STATE where none does. */
export function shardOfStack(plan: Plan): {host: string; port: number} {
  const asking = plan.services.find(({cacheShard}) => cacheShard !== null);
  const address = asking === undefined ? null : cacheShardAddress(asking, plan);
  if (address !== null) return address;
  throw new SutraError(
    'STATE',
    `topology ${plan.shape} with the cache ${plan.cache.enabled ? 'on' : 'off'} has no cache shard`,
    {
      cure: 'sutra deploy --cache --edition simple, community or enterprise has one',
    },
  );
}

/** Where a service sends what it cannot answer, as an address on this host; null when it needs nobody. */
export function upstreamUrl({upstream}: Service, plan: Plan): string | null {
  if (upstream === null) return null;
  if ('url' in upstream) return upstream.url;
  const port =
    'frontDoor' in upstream
      ? plan.loadBalancer?.frontDoors.find(({name}) => name === upstream.frontDoor)?.port
      : plan.services.find(({name}) => name === upstream.service)?.firstHostPort;
  if (port === undefined)
    throw new SutraError('INTERNAL', `an upstream is missing from the plan: ${JSON.stringify(upstream)}`);
  return `http://127.0.0.1:${port}`;
}
