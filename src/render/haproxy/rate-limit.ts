import {apiKeyHeader, openPaths} from '@sutra/contract/api-keys';
import type {Security} from '../../topology/plan-schema.js';
import {jsonError} from './json-error.js';
import {quoted} from './quoted.js';
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
${apiKeyFile === null ? '' : callerByKey(apiKeyFile)}    http-request track-sc0 var(txn.caller) table callers unless { path ${openPaths.join(' ')} }
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

/** The same reading of the headers as in the embedder. Only a key that counts is a caller: others could be made up without end. */
function callerByKey(apiKeyFile: string): string {
  return `    # By the digest of its key, which is never kept itself.
    http-request set-var(txn.api_key) req.fhdr(${apiKeyHeader}) if { req.fhdr(${apiKeyHeader}) -m found }
    http-request set-var(txn.api_key) 'req.fhdr(authorization),regsub("^bearer +","",i)' if { req.fhdr(authorization) -i -m reg '^bearer +[^ ]+$' }
    http-request set-var(txn.api_key) var(txn.api_key),sha2(256),hex,lower if { var(txn.api_key) -m found }
    http-request set-var(txn.caller) var(txn.api_key) if { var(txn.api_key) -m str -f ${quoted(apiKeyFile)} }
`;
}
