import {rmSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Artifact} from '../../render/artifact.js';
import {deployedCacheSecretId} from '../../system/folders/cache-secret.js';
import {secretsDigest} from '../../system/folders/secrets-folder.js';
import type {System} from '../../system/system.js';
import {hasOwnShard} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';
import type {Runtime} from '../runtime.js';
import {writeArtifacts} from '../write-artifacts.js';
import {processConfinement} from './process-confinement.js';
import {dataFolder, haproxyFolderOf, type ProcessHost, processFiles} from './process-files.js';
import {processStack} from './process-stack.js';
import {stackUsage} from './stack-usage.js';

/** What the process runtime must be told of this machine. */
export interface ProcessRuntimeOptions {
  stateFolder: string;
  /** Asked for at `up` only: where programs and the model are. */
  host: (plan: Plan) => Promise<ProcessHost>;
}

/** The plan as supervised processes of this machine. */
export function processRuntime(system: System, {stateFolder, host}: ProcessRuntimeOptions): Runtime {
  const stack = processStack(system, {stateFolder});
  return {
    name: 'process',
    async up(plan, options) {
      const folders = {
        state: stateFolder,
        secretsDigest: await secretsDigest(stateFolder),
        cacheSecretId: await deployedCacheSecretId(stateFolder, hasOwnShard(plan)),
      };
      const {artifacts, specs} = processFiles(plan, await host(plan), folders);
      writeProcessArtifacts(stateFolder, artifacts);
      return await stack.reconcile(specs, options);
    },
    async down(signal, {volumes} = {volumes: false}) {
      await stack.down(signal);
      if (volumes) await rm(join(stateFolder, dataFolder), {recursive: true, force: true});
    },
    stop: stack.stop,
    status: stack.status,
    confinement: async () => processConfinement((await stack.status()).instances),
    lock: stack.lock,
    usage: (signal) => stackUsage(system, stateFolder, signal),
    logs: stack.logs,
  };
}

/** Where the plan has no load balancer, the configuration of an older one goes. */
export function writeProcessArtifacts(stateFolder: string, artifacts: Artifact[]): void {
  writeArtifacts(stateFolder, artifacts, 0o700);
  if (artifacts.length === 0) rmSync(haproxyFolderOf(stateFolder), {recursive: true, force: true});
}
