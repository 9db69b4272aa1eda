import {deployedCacheSecretId} from '../../system/folders/cache-secret.js';
import {secretsDigest} from '../../system/folders/secrets-folder.js';
import type {System} from '../../system/system.js';
import {balancedReplicas, hasOwnShard} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';
import {awaitServersUp} from '../await-servers-up.js';
import type {UpOptions} from '../runtime.js';
import {awaitHealthy} from './await-healthy.js';
import {upCommand} from './compose-command.js';
import {composeFiles, configDigestOf, writeComposeFiles} from './compose-files.js';
import type {ComposeRuntimeOptions} from './compose-host.js';
import {containersOf} from './containers/containers.js';
import {endContainers} from './containers/end-containers.js';
import {compareImages} from './containers/image-content.js';
import {handOverSecrets} from './hand-over-secrets.js';
import {refuseForeign} from './refuse-foreign.js';
import {reloadBalancer} from './reload-balancer.js';
import {decideRollout} from './rollout.js';
import {runComposeUp} from './run-compose.js';

export interface BringUp {
  system: System;
  options: ComposeRuntimeOptions;
  plan: Plan;
  upOptions: UpOptions;
}

/** Makes the containers equal to the plan, step by step as `decideRollout` says. */
export async function bringUp({system, options, plan, upOptions}: BringUp): Promise<void> {
  const {docker, stateFolder} = options;
  const {signal} = upOptions;
  const host = await options.host(plan, upOptions.images ?? {});
  await handOverSecrets(stateFolder, host.user);
  const folders = {
    stateFolder,
    secretsDigest: await secretsDigest(stateFolder),
    cacheSecretId: await deployedCacheSecretId(stateFolder, hasOwnShard(plan)),
  };
  const {artifacts, wanted} = composeFiles(plan, host, folders);
  await refuseForeign(docker, {plan, stateFolder, signal});
  const current = await containersOf(docker, stateFolder);
  const sameImage = await compareImages(
    docker,
    [...current, ...wanted].map(({imageId}) => imageId),
  );
  const rollout = decideRollout(wanted, current, sameImage);
  const end = (names: string[]) => endContainers({docker, stateFolder, names, signal, onChange: upOptions.onChange});
  const told = new Map<string, string>();
  const settled = (names: string[]) => awaitHealthy({system, docker, stateFolder, options: upOptions, told}, names);
  const start = async (names: string[]) => {
    if (names.length === 0) return;
    await runComposeUp(upCommand({project: plan.project, stateFolder}, names), {clock: system.clock, signal});
    await settled(names);
  };

  if (rollout.warm.length > 0) {
    writeComposeFiles(stateFolder, artifacts);
    await start(rollout.warm);
  }
  await end([...rollout.clear, ...rollout.swap]);
  writeComposeFiles(stateFolder, artifacts);
  await start([...rollout.create, ...rollout.swap]);
  await takeOverConfig({system, options, plan, digest: configDigestOf(artifacts), signal});
  const balanced = balancedReplicas(plan);
  for (const name of rollout.replace) {
    await start([name]);
    // All of them: the next to go may not be the last that is up.
    if (balanced.includes(name)) await awaitServersUp(plan, {clock: system.clock, signal});
  }
  await end(rollout.remove);
  await settled(wanted.map(({name}) => name));
}

interface TakeOver extends Pick<BringUp, 'system' | 'options' | 'plan'> {
  digest: string | null;
  signal: AbortSignal;
}

async function takeOverConfig({system, options, plan, digest, signal}: TakeOver): Promise<void> {
  const {loadBalancer: balancer} = plan;
  const containers = await containersOf(options.docker, options.stateFolder);
  const found = containers.find(({status}) => status.name === balancer?.name);
  if (balancer === null || found === undefined || digest === null) return;
  const container = options.docker.getContainer(found.id);
  await reloadBalancer({system, container, balancer, digest, signal});
}
