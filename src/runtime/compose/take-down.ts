import type Docker from 'dockerode';
import {labels} from '../../render/compose/service-definition.js';
import {folderNames} from '../../system/folders/folder-mark.js';
import {containersOf} from './containers/containers.js';
import {endContainers, ignoreGone} from './containers/end-containers.js';

export interface TakeDown {
  docker: Docker;
  stateFolder: string;
  volumes: boolean;
  signal: AbortSignal;
}

/**
 * Ends and removes every container and the network of the stack, found by their labels alone, so that it works where its
 * files are gone. False when there was none.
 */
export async function takeDown({docker, stateFolder, volumes, signal}: TakeDown): Promise<boolean> {
  const names = (await containersOf(docker, stateFolder)).map(({status}) => status.name);
  await endContainers({docker, stateFolder, names, signal});
  for (const name of folderNames(stateFolder)) {
    const ours = {filters: {label: [`${labels.folder}=${name}`]}};
    for (const {Id} of await docker.listNetworks(ours)) await ignoreGone(docker.getNetwork(Id).remove());
    const {Volumes} = volumes ? await docker.listVolumes(ours) : {Volumes: []};
    for (const {Name} of Volumes) await ignoreGone(docker.getVolume(Name).remove());
  }
  return names.length > 0;
}
