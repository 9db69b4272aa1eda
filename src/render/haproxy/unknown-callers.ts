import {apiKeyHeader} from '@sutra/contract/api-keys';
import {jsonError} from './json-error.js';
import {quoted} from './quoted.js';

/** Requests a second, on the average of ten seconds, that one address may send without a key that counts. */
const perSecond = 100;
const windowSeconds = 10;

/** What the frontend's table counts for the rules below, beside connections. */
export const unknownCallersCounter = `gpc0_rate(${windowSeconds}s)`;

/**
 * Rules of the API's frontend where it has keys: `known_key`, and the limit for those without one. Every request without
 * credentials counts, and every other one that a replica answers with 401: HAProxy does not know access tokens.
 */
export function limitUnknownCallers(apiKeyFile: string): string {
  const tooMany = jsonError({
    code: 'rate_limited',
    message: `more than ${perSecond} requests a second without a known API key`,
  });
  return `    # The digest of a caller's key, read as the replicas read it; the key itself is never kept.
    http-request set-var(txn.api_key) req.fhdr(${apiKeyHeader}) if { req.fhdr(${apiKeyHeader}) -m found }
    http-request set-var(txn.api_key) 'req.fhdr(authorization),regsub("^bearer +","",i)' if { req.fhdr(authorization) -i -m reg '^bearer +[^ ]+$' }
    http-request set-var(txn.api_key) var(txn.api_key),sha2(256),hex,lower if { var(txn.api_key) -m found }
    acl known_key var(txn.api_key) -m str -f ${quoted(apiKeyFile)}
    # ${perSecond} requests a second of one address without a known key; more wait until their time is over, and are refused.
    # Pipelined requests for /health on 512 connections would else take all the time of the load balancer.
    http-request sc-inc-gpc0(1) unless { var(txn.api_key) -m found }
    http-response sc-inc-gpc0(1) if { status 401 } { var(txn.api_key) -m found }
    http-request tarpit deny_status 429 content-type application/json hdr Retry-After ${windowSeconds} lf-string ${tooMany} if { sc1_gpc0_rate gt ${perSecond * windowSeconds} } !known_key
`;
}
