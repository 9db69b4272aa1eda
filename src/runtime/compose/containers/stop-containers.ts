import type Docker from 'dockerode';
import {SutraError} from '../../../errors.js';
import type {InstanceStatus} from '../../runtime.js';
import {containersOf} from './containers.js';
import {stopContainer} from './end-containers.js';

export interface Stopping {
  docker: Docker;
  stateFolder: string;
  /** Of an instance, or of a service. */
  name: string;
  signal: AbortSignal;
}

/** Stops containers and keeps them, so that `start` or `deploy` starts them again. Throws NO_STACK, or USAGE for an unknown name. */
export async function stopContainers({docker, stateFolder, name, signal}: Stopping): Promise<InstanceStatus[]> {
  const containers = await containersOf(docker, stateFolder);
  if (containers.length === 0) {
    throw new SutraError('NO_STACK', `there is no stack in ${stateFolder}`, {cure: 'sutra deploy'});
  }
  const meant = containers.filter(({status}) => status.name === name || status.service === name);
  if (meant.length === 0) {
    const known = [...new Set(containers.flatMap(({status}) => [status.name, status.service]))].sort();
    throw new SutraError('USAGE', `there is no service or instance "${name}" in this stack`, {
      cure: `choose one of ${known.join(', ')}`,
      details: {known},
    });
  }
  await Promise.all(meant.map((container) => stopContainer(container, signal)));
  const names = new Set(meant.map(({status}) => status.name));
  return (await containersOf(docker, stateFolder)).map(({status}) => status).filter((status) => names.has(status.name));
}
