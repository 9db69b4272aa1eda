import {artifactOf} from '@sutra/contract/model-entry';
import {type Instance, onHost, placeOnHost, upstreamUrl} from '../topology/place.js';
import type {Plan, Service} from '../topology/plan-schema.js';
import {isExposedPort} from '../topology/security.js';
import {roleTraits} from '../topology/traits/role-traits.js';
import {type Artifact, digestOf} from './artifact.js';
import {haproxyMemoryEnv} from './haproxy/memory-env.js';
import {balancerProbePath} from './haproxy/probe-door.js';
import {type CacheSecretSite, cacheShardEnv, embedderEnv} from './instance-env.js';
import type {ProcessSpec} from './process-spec.js';
import {stopGraceMs} from './stop-grace.js';

/** Programs and folders of this machine. */
export interface ProcessSite extends CacheSecretSite {
  /** The Node that runs the services. */
  node: string;
  /** The embedder's entry, compiled. */
  embedder: string;
  /** The cache shard's entry, compiled. */
  cache: string;
  modelFolder: string;
  /** Where the shard keeps its data. */
  cacheFolder: string;
  /** Digests of the API keys. */
  apiKeyFile: string;
  /** Where a service that is to be reached from other machines listens. */
  everywhere: string;
  /** null where the plan has no load balancer. `secretsDigest` is of what it reads beside its configuration. */
  haproxy: {
    program: string;
    configFolder: string;
    config: Artifact[];
    secretsDigest: string;
    probeSocket: string;
  } | null;
}

/** The plan as local processes, in the order they are to be started. */
export function renderProcesses(plan: Plan, site: ProcessSite): ProcessSpec[] {
  const services = placeOnHost(plan).map((instance) =>
    roleTraits[instance.service.role].keepsData
      ? cacheProcess(plan, instance, site)
      : embedderProcess(plan, instance, site),
  );
  const balancer = haproxyProcess(plan, site);
  return balancer === null ? services : [...services, balancer];
}

function embedderProcess(plan: Plan, instance: Instance, site: ProcessSite): ProcessSpec {
  const {name, service, host, port} = instance;
  const url = `http://${host}:${port}`;
  const leansOn = upstreamPort(plan, service);
  return {
    name,
    service: service.name,
    role: service.role,
    url,
    program: site.node,
    args: [site.embedder],
    env: embedderEnv(plan, instance, {
      listen: {host: isExposedPort(plan, port) ? site.everywhere : host, port},
      modelFolder: site.modelFolder,
      apiKeyFile: site.apiKeyFile,
      ...cacheSecretOf(site),
      addressing: onHost,
    }),
    ports: [port],
    ...(leansOn === undefined ? {} : {leansOnPort: leansOn}),
    probeUrl: `${url}${service.probe.livePath}`,
    stopGraceMs: stopGraceMs(plan, service),
    startDeadlineMs: 120_000,
    stopSignal: 'SIGTERM',
    artifact: artifactOf(plan.model),
  };
}

/** Of an upstream that is part of the stack. */
function upstreamPort(plan: Plan, service: Service): number | undefined {
  const url = service.upstream === null || 'url' in service.upstream ? null : upstreamUrl(service, plan, onHost);
  return url === null ? undefined : Number(new URL(url).port);
}

function cacheProcess(plan: Plan, instance: Instance, site: ProcessSite): ProcessSpec {
  const {name, service, host, port} = instance;
  const healthPort = service.probe.hostPort ?? port;
  return {
    name,
    service: service.name,
    role: service.role,
    url: `tcp://${host}:${port}`,
    program: site.node,
    args: [site.cache],
    env: cacheShardEnv(instance, {
      listen: {host, port},
      healthPort,
      dataFolder: site.cacheFolder,
      ...cacheSecretOf(site),
    }),
    ports: [...new Set([port, healthPort])],
    probeUrl: `http://${host}:${healthPort}${service.probe.livePath}`,
    stopGraceMs: stopGraceMs(plan, service),
    startDeadlineMs: 60_000,
    stopSignal: 'SIGTERM',
  };
}

function cacheSecretOf({cacheSecretFile, cacheSecretId}: CacheSecretSite): CacheSecretSite {
  return {cacheSecretFile, cacheSecretId};
}

function haproxyProcess({loadBalancer, urls}: Plan, {haproxy}: ProcessSite): ProcessSpec | null {
  if (loadBalancer === null || haproxy === null) return null;
  const {program, configFolder, config, secretsDigest, probeSocket} = haproxy;
  return {
    name: loadBalancer.name,
    service: loadBalancer.name,
    role: 'load balancer',
    url: urls.api,
    program,
    // Master and worker, so that a changed configuration is taken over by a signal and no connection is lost.
    args: ['-W', '-db', '-f', configFolder],
    env: {...haproxyMemoryEnv},
    ports: [...loadBalancer.frontDoors.map((door) => door.port), loadBalancer.statsPort],
    probeUrl: `http://localhost${balancerProbePath}`,
    probeSocket,
    stopGraceMs: 5_000,
    startDeadlineMs: 15_000,
    stopSignal: 'SIGTERM',
    reload: {signal: 'SIGUSR2', digest: digestOf([...config, {path: 'secrets', text: secretsDigest}])},
  };
}
