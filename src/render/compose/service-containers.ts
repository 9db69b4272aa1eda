import {artifactOf} from '@sutra/contract/model-entry';
import {type Instance, inNetwork} from '../../topology/place.js';
import type {Plan, Service} from '../../topology/plan-schema.js';
import {isExposedPort} from '../../topology/security.js';
import {cacheShardEnv, embedderEnv} from '../instance-env.js';
import {stopGraceMs} from '../stop-grace.js';
import {apiKeysFile, cacheSecretName, secretsInside, secretsOf} from './secrets.js';
import {serviceDefinition} from './service-definition.js';
import type {ComposeSite} from './site.js';

/** The volume with the vectors that were kept. */
export const cacheVolume = 'cache';

/** Folders inside the containers. The shard's is the one the documents name. */
const modelFolder = '/model';
const cacheFolder = '/var/lib/sutra/cache';
/** Of the shard's health, seen by nobody but the container itself. */
const healthPort = 50_053;

interface Published {
  instance: Instance;
  hostPort: number;
  order: number;
}

export function embedderContainer(plan: Plan, site: ComposeSite, {instance, hostPort, order}: Published) {
  const {name, service, port} = instance;
  const listen = {host: '0.0.0.0', port};
  const mounted = service.workers > 0 && site.modelFolder !== null;
  return serviceDefinition(plan, site, {
    name,
    service: service.name,
    role: service.role,
    order,
    url: `http://127.0.0.1:${hostPort}`,
    image: 'embedder',
    artifact: artifactOf(plan.model),
    environment: embedderEnv(plan, instance, {
      listen,
      modelFolder,
      apiKeyFile: `${secretsInside}/${apiKeysFile}`,
      ...cacheSecretSite(plan, site),
      addressing: inNetwork,
    }),
    ...secretFiles(plan, site, service),
    ports: [publish(plan, hostPort, port)],
    ...(mounted ? {volumes: [readOnly(site.modelFolder ?? '', modelFolder)]} : {}),
    tmpfs: ['/tmp:size=16m,mode=1777'],
    // The shard may also come later: it is waited for so that the first answers are cached.
    dependsOn: service.cacheShard !== null && 'service' in service.cacheShard ? [service.cacheShard.service] : [],
    memoryMb: service.memoryMb,
    stopGraceMs: stopGraceMs(plan, service),
  });
}

export function shardContainer(plan: Plan, site: ComposeSite, {instance, hostPort, order}: Published) {
  const {name, service, port} = instance;
  const listen = {host: '0.0.0.0', port};
  return serviceDefinition(plan, site, {
    name,
    service: service.name,
    role: service.role,
    order,
    url: `tcp://127.0.0.1:${hostPort}`,
    image: 'cache',
    environment: cacheShardEnv(instance, {
      listen,
      healthPort,
      dataFolder: cacheFolder,
      ...cacheSecretSite(plan, site),
    }),
    ...secretFiles(plan, site, service),
    ports: [`127.0.0.1:${hostPort}:${port}`],
    volumes: [{type: 'volume', source: cacheVolume, target: cacheFolder}],
    tmpfs: ['/tmp:size=16m,mode=1777'],
    dependsOn: [],
    memoryMb: service.memoryMb,
    stopGraceMs: stopGraceMs(plan, service),
  });
}

function cacheSecretSite(plan: Plan, {cacheSecretId}: ComposeSite) {
  return {cacheSecretFile: `${secretsInside}/${cacheSecretName(plan)}`, cacheSecretId};
}

function secretFiles(plan: Plan, site: ComposeSite, service: Service): {secrets?: string[]} {
  const secrets = secretsOf(plan, service, site);
  return secrets.length === 0 ? {} : {secrets};
}

/** On loopback, unless it is the API's port and was asked to be open to other machines. */
export function publish(plan: Plan, hostPort: number, port: number): string {
  return isExposedPort(plan, hostPort) ? `${hostPort}:${port}` : `127.0.0.1:${hostPort}:${port}`;
}

/** A folder of the host, mounted whole: a file would be pinned to what it was when it was mounted. */
export function readOnly(source: string, target: string): object {
  return {type: 'bind', source, target, read_only: true};
}
