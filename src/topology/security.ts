import {SutraError} from '../errors.js';
import {apiKeyVariable} from './api-keys.js';
import type {FrontDoor, Plan, Security} from './plan-schema.js';
import type {Topology} from './settings/resolve.js';
import {runtimeTraits} from './traits/runtime-traits.js';

/** Who may reach the API and how. Throws USAGE where a shape without a load balancer is asked for what it cannot do. */
export function planSecurity({shape, settings, origins}: Topology, apiKeys: string | null): Security {
  const {expose, tls, rateLimit, accessLog} = settings;
  if (shape === 'simple' || shape === 'direct') {
    const asked = [
      ...(tls === 'off' ? [] : [origins.tls]),
      ...(rateLimit === 0 ? [] : [origins.rateLimit]),
      ...(accessLog ? [origins.accessLog] : []),
    ];
    if (asked.length > 0) {
      throw new SutraError(
        'USAGE',
        `${asked.join(', ')}: needs a load balancer, which topology ${shape} does not have`,
        {
          cure: ['choose --edition community or enterprise', 'or leave it out: API keys work in every topology'],
        },
      );
    }
  }
  return {
    exposed: expose,
    tls: tls === 'off' || tls === 'generated' ? tls : 'given',
    apiKeys,
    requestsPerMinute: rateLimit === 0 ? null : rateLimit,
  };
}

/** What the operator should know before strangers find it out. */
export function securityNotices(plan: Plan): string[] {
  return [...exposureNotices(plan), ...sharedLimitNotices(plan)];
}

/** Docker shows a container the address of its network's gateway for whatever comes over loopback or IPv6. */
function sharedLimitNotices({security: {apiKeys, requestsPerMinute}, runtime}: Plan): string[] {
  if (requestsPerMinute === null || apiKeys !== null || !runtimeTraits[runtime].hidesCallers) return [];
  return [
    `all callers on this machine and all IPv6 callers share one limit of ${requestsPerMinute} requests per minute, because Docker hides their addresses: set ${apiKeyVariable} to limit each key separately`,
  ];
}

function exposureNotices({security: {exposed, apiKeys, tls}, urls, loadBalancer}: Plan): string[] {
  if (!exposed) return [];
  const port = new URL(urls.api).port;
  if (apiKeys === null) {
    return [
      `port ${port} is open to EVERYONE who can reach this machine: no API key is required. Set ${apiKeyVariable} and deploy again`,
    ];
  }
  const inClear = `port ${port} is open to other machines without TLS: API keys and texts cross the network unencrypted`;
  return tls === 'off'
    ? [`${inClear}: ${loadBalancer === null ? 'deploy edition community with --tls' : 'pass --tls'}`]
    : [];
}

/** The front door of the public API; null where a service has the port itself. */
export function apiDoor({loadBalancer, urls}: Plan): FrontDoor | null {
  return loadBalancer?.frontDoors.find(({port}) => String(port) === new URL(urls.api).port) ?? null;
}

/** Whether a host port is to be reached from other machines: that of the API, where it was asked for, and no other. */
export function isExposedPort({security, urls}: Plan, port: number): boolean {
  return security.exposed && String(port) === new URL(urls.api).port;
}
