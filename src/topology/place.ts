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
