import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Artifact} from '../../render/artifact.js';
import {haproxyFolder, renderHaproxy} from '../../render/haproxy/haproxy.js';
import type {HaproxyVersion} from '../../render/haproxy/site.js';
import type {ProcessSpec} from '../../render/process-spec.js';
import {renderProcesses} from '../../render/processes.js';
import {cacheSecretFile} from '../../system/folders/cache-secret.js';
import {secretFilesOf} from '../../system/folders/secrets-folder.js';
import {hasOwnShard, placeOnHost} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';
import {isExposedPort} from '../../topology/security.js';

/** Programs and folders of this machine that a plan needs. */
export interface ProcessHost {
  node: string;
  /** The embedder's entry, compiled. */
  embedder: string;
  /** The cache shard's entry, compiled. */
  cache: string;
  modelFolder: string;
  /** null where the plan has no load balancer. */
  haproxy: {program: string; version: HaproxyVersion} | null;
}

export interface ProcessFolders {
  /** `.sutra/` of the stack. */
  state: string;
  /** Of the files in `secrets/` as they are now. */
  secretsDigest: string;
  /** Names the secret of the cache shard; null: none is deployed (yet). */
  cacheSecretId: string | null;
}

/**
 * Relative to the folder that HAProxy is started in, the one that holds the state folder: it lives in the run folder (mode
 * 700) as long as the stack does, whatever XDG_RUNTIME_DIR or TMPDIR say and a logout removes, and no project's path is too
 * long for it (a socket's address ends at 97 characters).
 */
const adminSocket = 'unix@.sutra/run/haproxy.sock';
const probeSocket = '.sutra/run/probe.sock';

/** Below the state folder: what services keep across restarts. */
export const dataFolder = 'data';

export interface ProcessFiles {
  artifacts: Artifact[];
  specs: ProcessSpec[];
}

/** Everything the process runtime writes and starts for a plan. */
export function processFiles(plan: Plan, host: ProcessHost, folders: ProcessFolders): ProcessFiles {
  const instances = placeOnHost(plan);
  const {haproxy} = host;
  const secrets = secretFilesOf(folders.state);
  const everywhere = everyAddress();
  const site = {
    ...host,
    cacheFolder: join(folders.state, dataFolder, 'cache'),
    apiKeyFile: secrets.apiKeys,
    cacheSecretFile: cacheSecretFile(folders.state, hasOwnShard(plan)),
    cacheSecretId: folders.cacheSecretId,
    everywhere,
    haproxy: null,
  };
  if (haproxy === null) return {artifacts: [], specs: renderProcesses(plan, site)};
  const artifacts = renderHaproxy(plan, {
    version: haproxy.version,
    bindAddress: (door) => (door !== 'stats' && isExposedPort(plan, door.port) ? everywhere : '127.0.0.1'),
    tlsCertificate: plan.security.tls === 'off' ? null : secrets.certificate,
    apiKeyFile: plan.security.apiKeys === null ? null : secrets.apiKeys,
    resolvesNames: false,
    adminSocket,
    probeAddress: `unix@${probeSocket}`,
    servers: (service) =>
      instances
        .filter((instance) => instance.service.name === service)
        .map(({name, host: address, port}) => ({name, address, port})),
  });
  const balancer = {
    program: haproxy.program,
    configFolder: haproxyFolderOf(folders.state),
    config: artifacts,
    secretsDigest: folders.secretsDigest,
    probeSocket: join(folders.state, 'run/probe.sock'),
  };
  return {artifacts, specs: renderProcesses(plan, {...site, haproxy: balancer})};
}

/** Both kinds of address by one socket, or IPv4 alone on a machine that was started without IPv6. */
function everyAddress(): string {
  return process.platform === 'linux' && !existsSync('/proc/net/if_inet6') ? '0.0.0.0' : '::';
}

export function haproxyFolderOf(stateFolder: string): string {
  return join(stateFolder, haproxyFolder);
}
