import type {Share} from './connections.js';
import {word} from './quoted.js';
import type {HaproxySite} from './site.js';

/** What the probe asks for; any path is answered. */
export const balancerProbePath = '/health';

/** A frontend of its own, which no client can reach: a flood of the others must not look like a hang. */
export function renderProbeDoor({probeAddress}: HaproxySite, {all}: Share): string {
  return `# Asked by the supervisor, or by the container's health check, whether HAProxy lives. No client can reach it.
frontend probes
    bind ${word(probeAddress)}${probeAddress.startsWith('unix@') ? ' mode 600' : ''}
    maxconn ${all}
    timeout client 5s
    http-request return status 200 content-type text/plain string 'ok'
`;
}
