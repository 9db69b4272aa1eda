import {SutraError} from '../../errors.js';
import {defaults, editions} from '../editions.js';
import type {Edition, Shape} from '../plan-schema.js';
import type {Layer} from './environment.js';
import type {FullSettings, Settings} from './settings.js';

type Optional = 'dimension' | 'modelsUrl';

/** Settings with nothing left open, and who had the last word on each. */
export interface Topology {
  edition: Edition;
  shape: Shape;
  /** An absent dimension is the model's native one. */
  settings: Omit<FullSettings, Optional | 'topology'> & Partial<Pick<FullSettings, Optional>>;
  /** `dimension` → `MATRYOSHKA_DIM`, `cache.ttlSeconds` → `sutra.yaml` … */
  origins: Record<string, string>;
  /** What was said and has no effect here. */
  notices: string[];
}

/**
 * Lays the layers over each other. `layers` go from the weakest to the strongest: sutra.yaml, environment, flags;
 * below them the edition, below that the defaults.
 */
export function resolveTopology(layers: Layer[]): Topology {
  const edition = layers.findLast(({settings}) => settings.edition !== undefined)?.settings.edition ?? defaults.edition;
  const all: Layer[] = [
    {origin: 'default', settings: defaults},
    {origin: `edition ${edition}`, settings: editions[edition]},
    ...layers,
  ];
  const merged = all.reduce(overlay, {settings: {} as Settings, origins: {}});
  const shape = merged.settings.topology ?? editions[edition].topology;
  const notices = settleReplicas(shape, merged);
  return {edition, shape, settings: merged.settings as Topology['settings'], origins: merged.origins, notices};
}

interface Merged {
  settings: Settings;
  origins: Record<string, string>;
}

function overlay(below: Merged, {origin, settings}: Layer): Merged {
  const merged: Merged = {settings: {...below.settings}, origins: {...below.origins}};
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    if (typeof value !== 'object') {
      Object.assign(merged.settings, {[key]: value});
      merged.origins[key] = origin;
      continue;
    }
    const group = key as 'cache' | 'ports';
    Object.assign(merged.settings, {[group]: {...below.settings[group], ...value}});
    for (const inner of Object.keys(value)) merged.origins[`${group}.${inner}`] = origin;
  }
  return merged;
}

/**
 * One model is what `simple` and `direct` mean. Asking a command for more is a misunderstanding and is refused; a
 * variable or file that was meant for another edition (the documents' way back to simple leaves it set) is only noted.
 */
function settleReplicas(shape: Shape, {settings, origins}: Merged): string[] {
  const {replicas = 1} = settings;
  if (replicas === 1 || (shape !== 'simple' && shape !== 'direct')) return [];
  if (origins.replicas?.startsWith('--')) {
    throw new SutraError('USAGE', `--replicas ${replicas}: topology ${shape} has one model and no load balancer`, {
      cure: 'choose --edition community for several replicas',
    });
  }
  settings.replicas = 1;
  return [`${origins.replicas}: ${replicas} replicas have no effect in topology ${shape}, which has one model`];
}
