import {join} from 'node:path';
import type {LoadBalancer, Plan} from '../../topology/plan-schema.js';
import {haproxyFolder} from '../haproxy/haproxy.js';
import {haproxyMemoryEnv} from '../haproxy/memory-env.js';
import {haproxyOpenFiles} from '../haproxy/open-files.js';
import {balancerProbePath} from '../haproxy/probe-door.js';
import {hasSecrets, secretsFolderOf, secretsInside} from './secrets.js';
import {publish, readOnly} from './service-containers.js';
import {serviceDefinition} from './service-definition.js';
import type {ComposeSite} from './site.js';

/** After a reload or a stop it finishes what it has begun, this long at most. */
const stopGraceMs = 5_000;

export function loadBalancerContainer(plan: Plan, balancer: LoadBalancer, site: ComposeSite) {
  const {name, frontDoors, statsPort, memoryMb} = balancer;
  return serviceDefinition(plan, site, {
    name,
    service: name,
    role: 'load balancer',
    order: plan.services.flatMap(({replicas}) => replicas).length,
    url: plan.urls.api,
    image: 'load-balancer',
    environment: {HEALTH_PORT: String(probePort(balancer)), HEALTH_PATH: balancerProbePath, ...haproxyMemoryEnv},
    ports: [...frontDoors.map(({port}) => publish(plan, port, port)), `127.0.0.1:${statsPort}:${statsPort}`],
    // Folders, so that a reload reads what has been put in place of a file.
    volumes: [
      readOnly(join(site.stateFolder, haproxyFolder), '/usr/local/etc/haproxy'),
      ...(hasSecrets(plan) ? [readOnly(secretsFolderOf(site), secretsInside)] : []),
    ],
    tmpfs: ['/tmp:size=16m,mode=1777', `/run/haproxy:size=1m,mode=0700,${ownerOf(site.user)}`],
    // It starts without replicas, finds them by name when they come, and takes them up by its own checks.
    dependsOn: [],
    memoryMb,
    // HAProxy does not start with less than it needs, and the engine's default may be 1024.
    openFiles: openFilesFor(plan),
    stopGraceMs,
  });
}

/** To the next power of two, on a machine of as many cores as HAProxy starts threads for at most. */
function openFilesFor(plan: Plan): number {
  const mostThreads = 64;
  return 2 ** Math.ceil(Math.log2(haproxyOpenFiles(plan, mostThreads)));
}

/** Of the probes, inside the container and on its loopback alone: the first that no frontend has. */
export function probePort({frontDoors, statsPort}: LoadBalancer): number {
  const taken = new Set([statsPort, ...frontDoors.map(({port}) => port)]);
  let port = 8_404;
  while (taken.has(port)) port += 1;
  return port;
}

/** `10001:10001` → `uid=10001,gid=10001` */
function ownerOf(user: string): string {
  const [uid, gid] = user.split(':');
  return `uid=${uid},gid=${gid}`;
}
