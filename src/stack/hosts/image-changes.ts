import {compareImages} from '../../runtime/compose/containers/image-content.js';
import type {ImageIds} from '../../runtime/runtime.js';
import {quickDocker} from '../../system/docker-engine.js';
import type {PlanChange} from '../../topology/compare-plans.js';
import {imageOf, imageServices} from '../../topology/images.js';
import type {Plan} from '../../topology/plan-schema.js';
import {runtimeTraits} from '../../topology/traits/runtime-traits.js';
import {imageId} from './compose-host.js';

interface Images {
  plan: Plan;
  /** Ids that are asked for whatever the names stand for. */
  wanted: ImageIds;
  running: ImageIds;
}

/** What a deployment would run in other images than now, though the plan may be the same: after a build, say. */
export async function imageChanges({plan, wanted, running}: Images): Promise<PlanChange[]> {
  if (!runtimeTraits[plan.runtime].usesImages) return [];
  const docker = quickDocker();
  const after = new Map<string, string>();
  for (const service of imageServices) {
    const id = wanted[service] ?? (await imageId(docker, imageOf(service, plan.version)));
    if (id !== null) after.set(service, id);
  }
  const same = await compareImages(docker, [...after.values(), ...Object.values(running)]);
  return imageServices.flatMap((service): PlanChange[] => {
    const [was, is] = [running[service], after.get(service)];
    if (was === undefined || is === undefined || same(was, is)) return [];
    return [{kind: 'changed', what: `image of the ${service}`, before: short(was), after: short(is)}];
  });
}

/** As `docker images` shows it. */
function short(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
