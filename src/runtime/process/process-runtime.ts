import {rmSync} from 'node:fs';
import {lstat, mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {SutraError} from '../../errors.js';
import type {Artifact} from '../../render/artifact.js';
import {deployedCacheSecretId} from '../../system/cache-secret.js';
import {secretsDigest} from '../../system/secrets-folder.js';
import type {System} from '../../system/system.js';
import {hasOwnShard} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';
import type {Runtime} from '../runtime.js';
import {writeArtifacts} from '../write-artifacts.js';
import {processConfinement} from './process-confinement.js';
import {dataFolder, haproxyFolderOf, type ProcessHost, processFiles, socketFolder} from './process-files.js';
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
      const sockets = socketFolder(stateFolder, system.env);
      const folders = {
        state: stateFolder,
        sockets,
        secretsDigest: await secretsDigest(stateFolder),
        cacheSecretId: await deployedCacheSecretId(stateFolder, hasOwnShard(plan)),
      };
      const {artifacts, specs} = processFiles(plan, await host(plan), folders);
      await makePrivateFolder(sockets);
      writeProcessArtifacts(stateFolder, artifacts);
      return await stack.reconcile(specs, options);
    },
    async down(signal, {volumes} = {volumes: false}) {
      await stack.down(signal);
      if (volumes) await rm(join(stateFolder, dataFolder), {recursive: true, force: true});
      await rm(socketFolder(stateFolder, system.env), {recursive: true, force: true});
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

/** A folder of our own with mode 700 in a place that others can write to. Throws PERMISSION where somebody else made it. */
async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, {recursive: true, mode: 0o700});
  const {uid, mode} = await lstat(path);
  const mine = process.getuid === undefined || uid === process.getuid();
  if (mine && (mode & 0o077) === 0) return;
  throw new SutraError('PERMISSION', `${path} belongs to somebody else or is open to others`, {
    cure: [`remove ${path}`, 'or set XDG_RUNTIME_DIR to a folder of your own'],
  });
}
