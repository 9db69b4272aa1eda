import type Docker from 'dockerode';
import {patientDocker} from '../../../system/docker-engine.js';
import type {UpOptions} from '../../runtime.js';
import {type Container, containersOf, isGone} from './containers.js';

export interface Ending {
  docker: Docker;
  stateFolder: string;
  names: string[];
  signal: AbortSignal;
  onChange?: UpOptions['onChange'];
}

/** Ends containers side by side, each with its own grace period, and removes them. */
export async function endContainers({docker, stateFolder, names, signal, onChange}: Ending): Promise<void> {
  if (names.length === 0) return;
  const containers = (await containersOf(docker, stateFolder)).filter(({status}) => names.includes(status.name));
  await Promise.all(
    containers.map(async (container) => {
      onChange?.({...container.status, state: 'stopping'});
      await stopContainer(container, signal);
      await ignoreGone(docker.getContainer(container.id).remove({force: true}));
      onChange?.({...container.status, state: 'stopped', pid: null});
    }),
  );
}

/** Sends the stop signal and waits the grace period of the container, then SIGKILL: the engine does both. */
export async function stopContainer({id}: Container, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await ignoreGone(patientDocker().getContainer(id).stop({abortSignal: signal}));
  signal.throwIfAborted();
}

/** What is gone, or was stopped already (304), is as it should be. */
export async function ignoreGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const wasStopped = error instanceof Error && 'statusCode' in error && error.statusCode === 304;
    const aborted = error instanceof Error && error.name === 'AbortError';
    if (!isGone(error) && !wasStopped && !aborted) throw error;
  }
}
