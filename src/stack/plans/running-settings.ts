import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';
import type {Layer} from '../../topology/settings/environment.js';
import type {Settings} from '../../topology/settings/settings.js';
import {findDeployedPlan} from './deployed-plan.js';
import {keptPlanOf, readHistory} from './plan-history.js';

/** The settings of the stack that runs here, whose model may be a folder; null where nothing is deployed. Throws STATE. */
export function runningSettings(system: Pick<System, 'cwd'>): Layer | null {
  const running = findDeployedPlan(system);
  if (running === null) return null;
  const kept = keptPlanOf(readHistory(system), running);
  const settings = kept?.settings ?? settingsOfPlan(running);
  const folder = settings.model === undefined ? '' : resolve(system.cwd, settings.model);
  const model = folder !== '' && existsSync(folder) ? {model: folder} : {};
  return {origin: kept === null ? 'the running stack' : `plan ${kept.number}`, settings: {...settings, ...model}};
}

/** What a plan tells of its settings, where the history no longer has them. */
function settingsOfPlan({edition, shape, modelSource, dimension, runtime, cache}: Plan): Settings {
  const {enabled, capacity, ttlSeconds, l1Entries} = cache;
  return {
    ...{edition, topology: shape, model: modelSource, dimension, runtime},
    cache: {enabled, capacity, ttlSeconds, l1Entries},
  };
}
