import type Docker from 'dockerode';
import {SutraError} from '../../errors.js';
import {labels} from '../../render/compose/service-definition.js';
import {containerName} from '../../topology/containers.js';
import type {Plan} from '../../topology/plan-schema.js';

export interface Ours {
  plan: Plan;
  stateFolder: string;
  signal: AbortSignal;
}

/** Container names are one space for the whole engine. Throws BUSY where one the plan needs belongs to somebody else. */
export async function refuseForeign(docker: Docker, {plan, stateFolder, signal}: Ours): Promise<void> {
  const instances = [...plan.services.flatMap(({replicas}) => replicas), plan.loadBalancer?.name ?? []].flat();
  const needed = new Set(instances.map((name) => containerName(plan.project, name)));
  const all = await docker.listContainers({all: true, abortSignal: signal});
  for (const {Names, Labels, Image} of all) {
    const folder = Labels[labels.folder];
    const name = Names.map((path) => path.slice(1)).find((candidate) => needed.has(candidate));
    if (name === undefined || folder === stateFolder) continue;
    const owner =
      folder === undefined ? `runs ${Image}` : `belongs to the stack in ${folder.replace(/\/\.sutra$/, '')}`;
    throw new SutraError('BUSY', `a container named ${name} exists already and ${owner}`, {
      cure: [
        'sutra deploy --project NAME --port-offset 1000 gives this stack names and ports of its own',
        `or remove it: docker rm --force ${name}`,
      ],
      details: {container: name, folder: folder ?? null},
    });
  }
}
