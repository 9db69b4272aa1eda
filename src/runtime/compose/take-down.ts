import type Docker from 'dockerode';
import {downCommand} from './compose-command.js';
import {containersOf} from './containers.js';
import {endContainers} from './end-containers.js';
import {runCompose} from './run-compose.js';

export interface TakeDown {
  docker: Docker;
  stateFolder: string;
  /** null where it is not known, and nothing of it can be but containers. */
  project: string | null;
  volumes: boolean;
  signal: AbortSignal;
}

/** Ends and removes every container and the network of the stack. False when there was none. */
export async function takeDown({docker, stateFolder, project, volumes, signal}: TakeDown): Promise<boolean> {
  const containers = await containersOf(docker, stateFolder);
  const names = containers.map(({status}) => status.name);
  // Ours first, by their folder: of the project there may be containers that belong to another folder.
  await endContainers({docker, stateFolder, names, signal});
  const owner = containers[0]?.project ?? project;
  if (owner !== null) await runCompose(downCommand(owner, volumes), signal);
  return containers.length > 0;
}
