import type {System} from '../../system/system.js';
import {comparePlans, type PlanChange} from '../../topology/compare-plans.js';
import type {Plan} from '../../topology/plan-schema.js';
import {imageChanges} from '../hosts/image-changes.js';
import {openRuntime} from '../hosts/open-runtime.js';
import {describeFiles, type RuntimeFiles} from '../hosts/runtime-files.js';
import {findDeployedPlan} from './deployed-plan.js';
import {differingFiles} from './differing-files.js';

export interface FilesOfPlan extends RuntimeFiles {
  /** A stack runs from the files here. */
  running: boolean;
  /** Paths of files that are missing or other on disk. */
  differing: string[];
}

/** The files of a plan beside those on disk. Those of the plan that runs are rendered with the images that it runs. */
export async function filesOfPlan(system: System, plan: Plan): Promise<FilesOfPlan> {
  const running = findDeployedPlan(system);
  const same = running !== null && comparePlans(running, plan).length === 0;
  const images = same ? (await (await openRuntime(system)).status()).images : {};
  const files = await describeFiles(system, plan, images);
  return {...files, running: running !== null, differing: await differingFiles(system, files.artifacts)};
}

/** What deploying the plan would change of what runs here, images that were built since included. */
export async function changesOf(system: System, plan: Plan): Promise<PlanChange[]> {
  const running = findDeployedPlan(system);
  const changes = comparePlans(running, plan);
  if (running === null || running.runtime !== plan.runtime) return changes;
  const {images} = await (await openRuntime(system)).status();
  return [...changes, ...(await imageChanges({plan, wanted: {}, running: images}))];
}
