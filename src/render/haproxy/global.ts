import type {Plan} from '../../topology/plan-schema.js';
import {bufferBytes, type ConnectionShares} from './connections.js';
import {word} from './quoted.js';
import type {HaproxySite} from './site.js';

/** Node takes 2,000; HAProxy's default of 101 refuses a request with 101 headers by a page of its own. */
const mostHeaders = 500;

export function renderGlobal(plan: Plan, site: HaproxySite, shares: ConnectionShares): string {
  return `${processSection(plan, site, shares)}${site.resolvesNames ? `\n${resolvers}` : ''}`;
}

function processSection(
  {services}: Plan,
  {adminSocket, resolvesNames}: HaproxySite,
  {bufferMb, process}: ConnectionShares,
): string {
  const slowestMs = Math.max(...services.map(({slowestAnswerMs}) => slowestAnswerMs));
  return `# The process.
global
    # Each connection may need three buffers (request, response, retry): ${bufferMb} MiB / (3 x ${bufferBytes >> 10} KiB).
    # More than all frontends may hold together, so that a full one takes nothing from the others.
    maxconn ${process}
    # A body that is not wholly in the buffer cannot be retried. 16 KiB, the default, lost requests of 30 KB.
    tune.bufsize ${bufferBytes}
    # Headers of one request; more are refused by a page of HAProxy's own.
    tune.http.maxhdr ${mostHeaders}
    # Administration: this socket only, its owner only. No network port can change anything.
    stats socket ${word(adminSocket)} mode 600 level admin expose-fd listeners
    # State changes of servers, each with its time; not one line per request.
    log stdout format iso daemon notice
    # After a reload the old process finishes what it has begun, as long as the longest answer may take and a minute.
    hard-stop-after ${slowestMs / 1_000 + 60}s
${resolvesNames ? '' : zeroWarning}`;
}

// A name that is not known yet is a warning too, and must not keep HAProxy from starting.
const zeroWarning = `    # A warning is an error: also under haproxy -c.
    zero-warning
`;

/** A replica that starts again may have another address; one that is gone keeps its last, and its checks say DOWN. */
const resolvers = `# Where the names of replicas are asked.
resolvers network
    parse-resolv-conf
    timeout resolve 1s
    timeout retry 500ms
    hold valid 1s
    # No answer is no reason to forget an address: a stopped container has no name, and is down by its checks already.
    hold nx 1h
    hold other 1h
    hold refused 1h
    hold timeout 1h
`;
