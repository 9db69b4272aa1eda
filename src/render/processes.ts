import {createHash} from 'node:crypto';
import {artifactOf} from '@sutra/contract/model-entry';
import {cacheShardAddress, type Instance, placeOnHost, upstreamUrl} from '../topology/place.js';
import type {Plan, Service} from '../topology/plan-schema.js';
import {isExposedPort} from '../topology/security.js';
import {drainMs, timingProfiles} from '../topology/timing.js';
import type {Artifact} from './artifact.js';
import type {ProcessSpec} from './process-spec.js';

/** Programs and folders of this machine. */
export interface ProcessSite {
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
  haproxy: {program: string; configFolder: string; config: Artifact[]; secretsDigest: string} | null;
}

/** The plan as local processes, in the order they are to be started. */
export function renderProcesses(plan: Plan, site: ProcessSite): ProcessSpec[] {
  const services = placeOnHost(plan).map((instance) =>
    instance.service.role === 'cache' ? cacheProcess(instance, site) : embedderProcess(plan, instance, site),
  );
  const balancer = haproxyProcess(plan, site);
  return balancer === null ? services : [...services, balancer];
}

function embedderProcess(plan: Plan, {name, service, host, port}: Instance, site: ProcessSite): ProcessSpec {
  const upstream = upstreamUrl(service, plan);
  const shard = cacheShardAddress(service, plan);
  const url = `http://${host}:${port}`;
  return {
    name,
    service: service.name,
    role: service.role,
    url,
    program: site.node,
    args: [site.embedder],
    env: {
      ...service.env,
      SUTRA_ROLE: service.role,
      SUTRA_SERVICE_NAME: name,
      SUTRA_HOST: isExposedPort(plan, port) ? site.everywhere : host,
      SUTRA_PORT: String(port),
      ...(plan.security.apiKeys === null || service.role === 'model' ? {} : {SUTRA_API_KEY_FILE: site.apiKeyFile}),
      ...(service.workers > 0 ? {SUTRA_MODEL_DIR: site.modelFolder} : {}),
      ...(upstream === null ? {} : {ML_BASE_URL: upstream}),
      ...(shard === null ? {} : {SUTRA_CACHE_HOST: shard.host, SUTRA_CACHE_PORT: String(shard.port)}),
    },
    probeUrl: `${url}${service.probe.livePath}`,
    stopGraceMs: stopGraceMs(plan, service),
    startDeadlineMs: 120_000,
    stopSignal: 'SIGTERM',
    artifact: artifactOf(plan.model),
  };
}

function cacheProcess({name, service, host, port}: Instance, site: ProcessSite): ProcessSpec {
  const healthPort = service.probe.hostPort ?? port;
  return {
    name,
    service: service.name,
    role: service.role,
    url: `tcp://${host}:${port}`,
    program: site.node,
    args: [site.cache],
    env: {
      ...service.env,
      SUTRA_SERVICE_NAME: name,
      SUTRA_HOST: host,
      SUTRA_PORT: String(port),
      SUTRA_HEALTH_PORT: String(healthPort),
      SUTRA_CACHE_DATA_DIR: site.cacheFolder,
    },
    probeUrl: `http://${host}:${healthPort}${service.probe.livePath}`,
    stopGraceMs: service.slowestAnswerMs + 10_000,
    startDeadlineMs: 60_000,
    stopSignal: 'SIGTERM',
  };
}

function haproxyProcess({loadBalancer, urls}: Plan, {haproxy}: ProcessSite): ProcessSpec | null {
  if (loadBalancer === null || haproxy === null) return null;
  const {program, configFolder, config, secretsDigest} = haproxy;
  return {
    name: loadBalancer.name,
    service: loadBalancer.name,
    role: 'load balancer',
    url: urls.api,
    program,
    // Master and worker, so that a changed configuration is taken over by a signal and no connection is lost.
    args: ['-W', '-db', '-f', configFolder],
    env: {},
    probeUrl: `http://127.0.0.1:${loadBalancer.statsPort}/stats`,
    stopGraceMs: 5_000,
    startDeadlineMs: 15_000,
    stopSignal: 'SIGTERM',
    reload: {signal: 'SIGUSR2', digest: digestOf([...config, {path: 'secrets', text: secretsDigest}])},
  };
}

/** Drain, then the longest answer, then a little. */
function stopGraceMs({loadBalancer}: Plan, {slowestAnswerMs}: Service): number {
  const drain = loadBalancer === null ? 0 : drainMs(timingProfiles[loadBalancer.timing]);
  return drain + slowestAnswerMs + 2_000;
}

function digestOf(artifacts: Artifact[]): string {
  const hash = createHash('sha256');
  for (const {path, text} of artifacts) hash.update(`${path}\0${text}\0`);
  return hash.digest('hex');
}
