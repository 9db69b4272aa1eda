import {registryEntry} from '../../src/model/registry.js';
import {planStack} from '../../src/topology/plan.js';
import type {Plan} from '../../src/topology/plan-schema.js';
import {resolveTopology} from '../../src/topology/settings/resolve.js';
import type {Settings} from '../../src/topology/settings/settings.js';

/** A plan as `sutra deploy` would make it on a machine of two cores, from flags alone. */
export function planOf(settings: Settings = {}, cores = 2, apiKeys: string | null = null): Plan {
  const topology = resolveTopology(
    Object.entries(settings).map(([name, value]) => ({origin: `--${name}`, settings: {[name]: value}})),
  );
  const runtime = topology.settings.runtime === 'compose' ? 'compose' : 'process';
  return planStack(topology, {
    version: '0.1.0',
    model: registryEntry(topology.settings.model),
    cores,
    runtime,
    apiKeys,
  });
}
