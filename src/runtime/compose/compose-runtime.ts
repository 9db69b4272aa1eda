import {appendIfRoom, openJournal} from '../../journal/journal.js';
import type {System} from '../../system/system.js';
import {lockStack, lockToEnd} from '../command-lock.js';
import type {ImageIds, Runtime} from '../runtime.js';
import {stackFolder} from '../stack-folder.js';
import {bringUp} from './bring-up.js';
import type {ComposeRuntimeOptions} from './compose-host.js';
import {containerConfinement} from './containers/container-confinement.js';
import {containerLogs} from './containers/container-logs-of-stack.js';
import {containerUsage} from './containers/container-usage.js';
import {type Container, containersOf} from './containers/containers.js';
import {stopContainers} from './containers/stop-containers.js';
import {takeDown} from './take-down.js';

/** The plan as containers of a Docker engine, which is also what keeps them running. */
export function composeRuntime(system: System, options: ComposeRuntimeOptions): Runtime {
  const {docker, stateFolder} = options;
  const folderOf = () => stackFolder(stateFolder);
  const journal = () => openJournal(folderOf().journal, system.clock.nowMs);
  const asked = {entity: 'stack', cause: 'a command asked for it'};
  const status = async () => {
    const containers = await containersOf(docker, stateFolder);
    // The engine starts what ends, and what ran when the machine went down.
    const keeper = {state: containers.length === 0 ? ('none' as const) : ('running' as const), pid: null};
    return {
      keeper,
      instances: containers.map((container) => container.status),
      images: imagesOf(containers),
      damage: [],
    };
  };
  return {
    name: 'compose',
    async up(plan, upOptions) {
      using _lock = lockStack(folderOf(), 'deploy');
      journal().append({kind: 'up', ...asked, data: {instances: plan.services.flatMap(({replicas}) => replicas)}});
      await bringUp({system, options, plan, upOptions});
      return await status();
    },
    async down(signal, {volumes} = {volumes: false}) {
      using _lock = lockToEnd(folderOf(), 'stop');
      if (await takeDown({docker, stateFolder, volumes, signal}))
        appendIfRoom(journal(), {kind: 'down', ...asked, data: {}});
    },
    async stop(name, signal) {
      using _lock = lockStack(folderOf(), `stop ${name}`);
      return await stopContainers({docker, stateFolder, name, signal});
    },
    status,
    confinement: async () => containerConfinement(await containersOf(docker, stateFolder)),
    usage: () => containerUsage({docker, stateFolder}),
    lock: (purpose, {toEnd} = {toEnd: false}) => (toEnd ? lockToEnd : lockStack)(folderOf(), purpose),
    logs: (names, logOptions) => containerLogs({docker, stateFolder, names, ...logOptions}),
  };
}

function imagesOf(containers: Container[]): ImageIds {
  return Object.fromEntries(containers.map(({imageOf, imageId}) => [imageOf, imageId]));
}
