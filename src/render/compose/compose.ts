import {stringify} from 'yaml';
import {hasOwnShard, type Instance, inNetwork, onHost, placeInstances} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';
import {roleTraits} from '../../topology/traits/role-traits.js';
import {type Artifact, digestOf} from '../artifact.js';
import {renderHaproxy} from '../haproxy/haproxy.js';
import {composeFile} from './compose-file.js';
import {loadBalancerContainer, probePort} from './load-balancer-container.js';
import {apiKeysFile, certificateFile, composeSecrets, secretsInside} from './secrets.js';
import {cacheVolume, embedderContainer, shardContainer} from './service-containers.js';
import {labels, networkName} from './service-definition.js';
import type {ComposeSite} from './site.js';

/** Where HAProxy's statistics port says the digest of its configuration. */
export const configDigestPath = '/config';

/** The plan as containers: one Compose file, and the configuration the load balancer mounts. */
export function renderCompose(plan: Plan, site: ComposeSite): Artifact[] {
  const config = renderContainerHaproxy(plan, site);
  // What is found again, when it is to be removed, by the folder it belongs to.
  const owned = {labels: {[labels.folder]: site.stateFolder}};
  const secrets = composeSecrets(plan, site);
  const document = {
    name: plan.project,
    services: Object.fromEntries(composeServices(plan, site)),
    networks: {[networkName]: {...network(plan), ...owned}},
    ...(hasOwnShard(plan) ? {volumes: {[cacheVolume]: owned}} : {}),
    ...(Object.keys(secrets).length === 0 ? {} : {secrets}),
  };
  const text = `${banner(plan)}${stringify(literal(document), style)}`;
  return [{path: composeFile, text}, ...config];
}

/** Compose reads YAML as Go does: what version 1.1 of it takes for a number or a boolean is quoted too. */
const style = {aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1'} as const;

/** Compose replaces `$NAME` in every value by a variable: `$$` is a dollar sign. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)]));
}

/** Each container by name, in start order, as Compose reads it. */
export function composeServices(plan: Plan, site: ComposeSite): [string, Record<string, unknown>][] {
  const published = placeInstances(plan, onHost);
  const services = placeInstances(plan, inNetwork).map((instance, index): [string, Record<string, unknown>] => {
    const hostPort = published[index]?.port ?? instance.port;
    const container = roleTraits[instance.service.role].keepsData ? shardContainer : embedderContainer;
    return [instance.name, container(plan, site, {instance, hostPort, order: index})];
  });
  const {loadBalancer} = plan;
  return loadBalancer === null
    ? services
    : [...services, [loadBalancer.name, loadBalancerContainer(plan, loadBalancer, site)]];
}

/**
 * Answers of published ports find their way back without it, and without it nothing inside can reach out: it is on only
 * where the plan itself sends requests elsewhere.
 */
function network({services}: Plan): object {
  const outside = services.some(
    ({upstream, cacheShard}) =>
      (upstream !== null && 'url' in upstream) || (cacheShard !== null && 'host' in cacheShard),
  );
  return {driver: 'bridge', driver_opts: {'com.docker.network.bridge.enable_ip_masquerade': String(outside)}};
}

/** One file, where the documents look for it: the folder is mounted whole, and a reload reads it again. */
function renderContainerHaproxy(plan: Plan, site: ComposeSite): Artifact[] {
  const parts = renderHaproxy(plan, {
    version: site.haproxyVersion,
    bindAddress: () => '*',
    tlsCertificate: plan.security.tls === 'off' ? null : `${secretsInside}/${certificateFile}`,
    apiKeyFile: plan.security.apiKeys === null ? null : `${secretsInside}/${apiKeysFile}`,
    adminSocket: '/run/haproxy/admin.sock',
    probeAddress: `127.0.0.1:${plan.loadBalancer === null ? 0 : probePort(plan.loadBalancer)}`,
    resolvesNames: true,
    servers: (service) =>
      placeInstances(plan, inNetwork)
        .filter((instance) => instance.service.name === service)
        .map(asServer),
  });
  if (parts.length === 0) return [];
  const text = parts.map((part) => part.text).join('\n');
  return [
    {
      path: 'haproxy/haproxy.cfg',
      text: `${text}${configDigestRule(digestOf([...parts, {path: 'secrets', text: site.secretsDigest}]))}`,
    },
  ];
}

/** The last lines of the last section, the statistics: which configuration HAProxy runs, so that a reload can be seen. */
function configDigestRule(digest: string): string {
  return `    # The configuration this is.\n    http-request return status 200 content-type application/json string '{"digest":"${digest}"}' if { path ${configDigestPath} }\n`;
}

function asServer({name, host, port}: Instance) {
  return {name, address: host, port};
}

function banner({edition, project, version}: Plan): string {
  return `# Project ${project}, edition ${edition}, sutra ${version}. Generated by sutra: change sutra.yaml, not this file.\n`;
}
