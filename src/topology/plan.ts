import type {ModelEntry} from '@sutra/contract/model-entry';
import {SutraError} from '../errors.js';
import {layouts} from './layouts.js';
import type {FrontDoor, LoadBalancer, Plan} from './plan-schema.js';
import {claimPorts} from './port-table.js';
import {planSecurity} from './security.js';
import type {PlanContext} from './services.js';
import type {Topology} from './settings/resolve.js';
import {balancerMemoryMb} from './sizing.js';
import {runtimeTraits} from './traits/runtime-traits.js';

/** Takes every decision that is left: which services, how many, on which ports, with how many threads. */
export function planStack(topology: Topology, context: PlanContext): Plan {
  const {shape, edition, settings} = topology;
  if (runtimeTraits[context.runtime].isolates) refuseLoopback(topology);
  const dimension = chooseDimension(topology, context.model);
  const {services, frontDoors} = layouts[shape]({topology, context, dimension});
  const loadBalancer = frontDoors.length === 0 ? null : balance(topology, frontDoors);
  const security = planSecurity(topology, context.apiKeys);
  const local = (base: number) => `http://127.0.0.1:${base + settings.portOffset}`;
  const api = local(settings.ports.api);
  return {
    schemaVersion: 1,
    version: context.version,
    project: settings.project,
    edition,
    shape,
    runtime: context.runtime,
    model: context.model,
    modelSource: settings.model,
    dimension,
    cache: settings.cache,
    services,
    loadBalancer,
    security,
    ports: claimPorts(services, loadBalancer),
    urls: {
      api: security.tls === 'off' ? api : api.replace('http:', 'https:'),
      loadBalancer: frontDoors.some((door) => door.name === 'ml-base-lb') ? local(settings.ports.models) : null,
      stats: loadBalancer === null ? null : `${local(settings.ports.stats)}/stats`,
    },
  };
}

function chooseDimension({settings, origins}: Topology, model: ModelEntry): number {
  const {dimension} = settings;
  if (dimension === undefined) return model.nativeDimension;
  if (model.dimensions.includes(dimension)) return dimension;
  const origin = origins.dimension ?? 'dimension';
  throw new SutraError('USAGE', `${origin}: ${model.id} does not offer dimension ${dimension}`, {
    cure: `choose one of ${model.dimensions.join(', ')}`,
  });
}

const loopback = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

/** A container that asks its own loopback asks itself. */
function refuseLoopback({settings, origins}: Topology): void {
  const {modelsUrl, cache} = settings;
  const asked = [
    {origin: origins.modelsUrl, host: modelsUrl === undefined ? '' : new URL(modelsUrl).hostname},
    {origin: origins['cache.host'], host: cache.host},
  ].find(({host}) => loopback.test(host));
  if (asked === undefined) return;
  throw new SutraError('USAGE', `${asked.origin}: in a container ${asked.host} is the container itself`, {
    cure: ['name an address of this machine that other machines could use', 'or deploy with --runtime process'],
  });
}

function balance({edition, settings}: Topology, frontDoors: FrontDoor[]): LoadBalancer {
  const name = edition === 'enterprise' ? 'embedder-ha' : 'ml-base-lb';
  return {
    name,
    memoryMb: balancerMemoryMb,
    frontDoors,
    statsPort: settings.ports.stats + settings.portOffset,
    timing: settings.timing,
    accessLog: settings.accessLog,
  };
}
