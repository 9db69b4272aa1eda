import {existsSync} from 'node:fs';
import {dirname} from 'node:path';
import type Docker from 'dockerode';
import {SutraError} from '../../errors.js';
import {cacheVolume} from '../../render/compose/service-containers.js';
import {labels} from '../../render/compose/service-definition.js';
import {folderNames} from '../../system/folders/folder-mark.js';
import {containerName} from '../../topology/containers.js';
import {hasOwnShard} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';

export interface Ours {
  plan: Plan;
  stateFolder: string;
  signal: AbortSignal;
}

/**
 * Names of containers and volumes are one space for the whole engine. Throws BUSY where one that the plan needs belongs to
 * another stack, or to no stack.
 */
export async function refuseForeign(docker: Docker, ours: Ours): Promise<void> {
  await refuseForeignContainers(docker, ours);
  await refuseForeignVolume(docker, ours);
}

/** One whose folder is gone has lost its stack, and its vectors serve the next of that name. */
async function refuseForeignVolume(docker: Docker, {plan, stateFolder, signal}: Ours): Promise<void> {
  if (!hasOwnShard(plan)) return;
  const volume = `${plan.project}_${cacheVolume}`;
  const {Volumes} = await docker.listVolumes({filters: {name: [volume]}, abortSignal: signal});
  const folder = Volumes.find(({Name}) => Name === volume)?.Labels?.[labels.folder];
  if (folder === undefined || folderNames(stateFolder).includes(folder) || !existsSync(folder)) return;
  throw new SutraError('BUSY', `the volume ${volume} holds the cache of the stack in ${dirname(folder)}`, {
    cure: [
      'sutra deploy --project NAME --port-offset N gives this stack names and ports of its own',
      `or remove it: sutra destroy --volumes --folder ${dirname(folder)}`,
    ],
    details: {volume, folder},
  });
}

async function refuseForeignContainers(docker: Docker, {plan, stateFolder, signal}: Ours): Promise<void> {
  const names = folderNames(stateFolder);
  const instances = [...plan.services.flatMap(({replicas}) => replicas), plan.loadBalancer?.name ?? []].flat();
  const needed = new Set(instances.map((name) => containerName(plan.project, name)));
  const all = await docker.listContainers({all: true, abortSignal: signal});
  for (const {Names, Labels, Image} of all) {
    const folder = Labels[labels.folder];
    const name = Names.map((path) => path.slice(1)).find((candidate) => needed.has(candidate));
    if (name === undefined || (folder !== undefined && names.includes(folder))) continue;
    const owner =
      folder === undefined ? `runs ${Image}` : `belongs to the stack in ${folder.replace(/\/\.sutra$/, '')}`;
    throw new SutraError('BUSY', `a container named ${name} exists already and ${owner}`, {
      cure: [
        'sutra deploy --project NAME --port-offset N gives this stack names and ports of its own',
        `or remove it: docker rm --force ${name}`,
      ],
      details: {container: name, folder: folder ?? null},
    });
  }
}
