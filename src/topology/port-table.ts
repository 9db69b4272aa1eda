import {SutraError} from '../errors.js';
import type {LoadBalancer, Plan, Service} from './plan-schema.js';

/** Every host port and whose it is. Two owners of one port, or a port past 65535, are found here, before anything starts. */
export function claimPorts(services: Service[], loadBalancer: LoadBalancer | null): Plan['ports'] {
  const claims = [
    ...services.flatMap(({replicas, firstHostPort}) =>
      replicas.map((owner, index) => ({port: firstHostPort + index, owner})),
    ),
    ...services.flatMap(({name, probe}) =>
      probe.hostPort === null ? [] : [{port: probe.hostPort, owner: `${name} health`}],
    ),
    ...(loadBalancer?.frontDoors ?? []).map(({name, port}) => ({port, owner: name})),
    ...(loadBalancer === null ? [] : [{port: loadBalancer.statsPort, owner: `${loadBalancer.name} stats`}]),
  ];
  const owners = new Map<number, string>();
  for (const {port, owner} of claims) {
    const other = owners.get(port);
    if (other !== undefined) {
      throw new SutraError('USAGE', `port ${port} is assigned twice: to ${other} and to ${owner}`, {
        cure: 'change ports in sutra.yaml (or HAPROXY_STATS_PORT), or use fewer replicas',
      });
    }
    if (port > 65_535) {
      throw new SutraError('USAGE', `${owner} would listen on port ${port}, past 65535`, {
        cure: 'choose a smaller --port-offset',
      });
    }
    owners.set(port, owner);
  }
  return claims.sort((a, b) => a.port - b.port);
}

/** The instance that listens on each host port of a plan. */
export function listenersOf({services, loadBalancer}: Pick<Plan, 'services' | 'loadBalancer'>): Map<number, string> {
  const balancer = loadBalancer ?? {name: '', frontDoors: [], statsPort: null};
  const balancerPorts = [...balancer.frontDoors.map(({port}) => port), balancer.statsPort ?? []].flat();
  return new Map([
    ...services.flatMap(({replicas, firstHostPort, probe}) => [
      ...replicas.map((name, index): [number, string] => [firstHostPort + index, name]),
      ...(probe.hostPort === null ? [] : [[probe.hostPort, replicas[0]] as [number, string]]),
    ]),
    ...balancerPorts.map((port): [number, string] => [port, balancer.name]),
  ]);
}
