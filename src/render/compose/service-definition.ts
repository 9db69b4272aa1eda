import {createHash} from 'node:crypto';
import {containerName} from '../../topology/containers.js';
import type {ImageService} from '../../topology/images.js';
import type {Plan} from '../../topology/plan-schema.js';
import {hardening} from './hardening.js';
import {healthcheck} from './health.js';
import type {ComposeSite} from './site.js';

/** Labels by which a container of ours is found again, and told from one of another plan. */
export const labels = {
  project: 'dev.sutra.project',
  instance: 'dev.sutra.instance',
  service: 'dev.sutra.service',
  role: 'dev.sutra.role',
  /** Its place in the start order. */
  order: 'dev.sutra.order',
  /** What its image is of. */
  image: 'dev.sutra.image',
  url: 'dev.sutra.url',
  /** The state folder whose stack it belongs to. */
  folder: 'dev.sutra.folder',
  version: 'dev.sutra.version',
  /** Of all but the image, which is compared by what is in it: another one means that the container is to be replaced. */
  definition: 'dev.sutra.definition',
  /** What its answers depend on; absent where they do not depend on a model. */
  artifact: 'dev.sutra.artifact',
} as const;

export const networkName = 'sutra';

/** What differs from one container to the next. */
export interface Particulars {
  name: string;
  service: string;
  role: string;
  order: number;
  /** For people. */
  url: string;
  image: ImageService;
  artifact?: string;
  environment: Record<string, string>;
  ports: string[];
  volumes?: object[];
  /** Names of the files it sees below `/run/secrets`. */
  secrets?: string[];
  tmpfs: string[];
  dependsOn: string[];
  memoryMb: number;
  /** The engine's default where it is left out. */
  openFiles?: number;
  stopGraceMs: number;
}

/**
 * Compose copies the proxies of ~/.docker/config.json, passwords included, into every container, unless a service says
 * otherwise. Ours call nobody outside the stack.
 */
const proxyNames = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];
const noProxies = Object.fromEntries(
  [...proxyNames, ...proxyNames.map((name) => name.toUpperCase())].map((name) => [name, '']),
);

/** One container as Compose writes it. */
export function serviceDefinition(plan: Plan, site: ComposeSite, particulars: Particulars): Record<string, unknown> {
  const definition = {
    container_name: containerName(plan.project, particulars.name),
    hostname: particulars.name,
    ...hardening(site.user),
    mem_limit: `${particulars.memoryMb}m`,
    ...(particulars.openFiles === undefined ? {} : {ulimits: {nofile: particulars.openFiles}}),
    stop_grace_period: `${Math.ceil(particulars.stopGraceMs / 1_000)}s`,
    environment: {...particulars.environment, ...noProxies},
    ...(particulars.ports.length === 0 ? {} : {ports: particulars.ports}),
    ...(particulars.volumes === undefined ? {} : {volumes: particulars.volumes}),
    ...(particulars.secrets === undefined ? {} : {secrets: particulars.secrets}),
    tmpfs: particulars.tmpfs,
    networks: [networkName],
    healthcheck: healthcheck(site.startInterval),
    ...(particulars.dependsOn.length === 0 ? {} : {depends_on: startedBefore(particulars.dependsOn)}),
  };
  return {image: site.images[particulars.image], ...definition, labels: labelsOf(plan, site, particulars, definition)};
}

function startedBefore(names: string[]): object {
  return Object.fromEntries(names.map((name) => [name, {condition: 'service_healthy'}]));
}

function labelsOf(plan: Plan, site: ComposeSite, particulars: Particulars, definition: object): Record<string, string> {
  const {name, service, role, order, url, image, artifact} = particulars;
  return {
    [labels.project]: plan.project,
    [labels.instance]: name,
    [labels.service]: service,
    [labels.role]: role,
    [labels.order]: String(order),
    [labels.url]: url,
    [labels.image]: image,
    [labels.folder]: site.stateFolder,
    [labels.version]: plan.version,
    ...(artifact === undefined ? {} : {[labels.artifact]: artifact}),
    [labels.definition]: createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 16),
  };
}
