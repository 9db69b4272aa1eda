import {openPaths} from '@sutra/contract/api-keys';
import type {Security} from '../../topology/plan-schema.js';
import {jsonError} from './json-error.js';
import type {HaproxySite} from './site.js';

/** Callers that are remembered; a caller beyond takes the place of the one heard of least recently. About 150 bytes each. */
const callers = '50k';
/** The longest that a caller who has used up a minute may have to wait for the next. */
const retryAfterSeconds = 60;

/** The rules of a front door that hold each caller to so many requests a minute; none where there is no limit. */
export function limitRate({requestsPerMinute}: Security, {apiKeyFile}: HaproxySite): string {
  if (requestsPerMinute === null) return '';
  const tooMany = jsonError({code: 'rate_limited', message: `more than ${requestsPerMinute} requests a minute`});
  return `    # ${requestsPerMinute} requests a minute of one ${apiKeyFile === null ? 'address' : 'API key, or of one address without'}, IPv6 by its /64. What is refused does not count.
    http-request set-var(txn.caller) src,ipmask(32,64)
${apiKeyFile === null ? '' : callerByKey}    http-request track-sc0 var(txn.caller) table callers unless { path ${openPaths.join(' ')} }
    http-request return status 429 content-type application/json hdr Retry-After ${retryAfterSeconds} lf-string ${tooMany} if { sc_gpc0_rate(0) ge ${requestsPerMinute} }
    http-request sc-inc-gpc0(0)
`;
}

/** The table that the rules above count in: a frontend has room for one, and that is of its connections. */
export function callersTable(security: Security | null): string {
  if (security === null || security.requestsPerMinute === null) return '';
  return `# Requests of each caller in the last minute. No traffic goes here.
backend callers
    stick-table type string len 64 size ${callers} expire 2m store gpc0_rate(1m)

`;
}

/** Only a key that counts is a caller: others could be made up without end. */
const callerByKey = `    http-request set-var(txn.caller) var(txn.api_key) if known_key
`;
