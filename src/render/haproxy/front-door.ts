import {requestIdHeader} from '@sutra/contract/http-embed';
import type {FrontDoor, Security, Service, TimingName} from '../../topology/plan-schema.js';
import {renderBackend} from './backend.js';
import {limitConnections, type Share} from './connections.js';
import {jsonError} from './json-error.js';
import {quoted} from './quoted.js';
import {callersTable, limitRate} from './rate-limit.js';
import {bindLine, type HaproxySite} from './site.js';
import {limitUnknownCallers, unknownCallersCounter} from './unknown-callers.js';

interface Behind {
  service: Service;
  timing: TimingName;
  accessLog: boolean;
  site: HaproxySite;
  /** Of the public API's door; null for a door that only services of the stack use. */
  security: Security | null;
  share: Share;
}

export function renderFrontDoor(door: FrontDoor, behind: Behind): string {
  return `${frontend(door, behind)}\n${callersTable(behind.security)}${renderBackend(behind)}`;
}

function frontend(door: FrontDoor, {service, site, security, share, accessLog}: Behind): string {
  const {name, port, service: backendName} = door;
  const tooLarge = jsonError({
    code: 'body_too_large',
    message: `the body is larger than ${service.maxRequestBytes} bytes`,
  });
  /** Where the API replicas ask from, as processes. */
  const exempt = security === null && !site.resolvesNames ? '127.0.0.1' : undefined;
  const keyFile = security === null ? null : site.apiKeyFile;
  const notAllowed = jsonError({code: 'method_not_allowed', message: 'CONNECT is not a method of this API'});
  return `# ${name}: frontend of backend ${backendName}.
frontend ${name}
    ${bindLine(site.bindAddress(door), port)}${security === null ? '' : tlsWords(site)}
${limitConnections(share, {exempt, counters: keyFile === null ? [] : [unknownCallersCounter]})}${accessLog ? logRequests : ''}    # The caller's request id if it is a plain one, else a new one: the same in every log and error on the way.
    http-request set-var(txn.request_id) uuid()
    http-request set-var(txn.request_id) req.hdr(${requestIdHeader}) if { req.hdr(${requestIdHeader}) -m reg ^[A-Za-z0-9._-]{1,64}$ }
    http-request set-header ${requestIdHeader} %[var(txn.request_id)]
${keyFile === null ? '' : limitUnknownCallers(keyFile)}    # CONNECT is for proxies: a replica would close the connection, and that would look like a lost replica.
    http-request return status 405 content-type application/json hdr Allow 'GET, HEAD, POST, DELETE' lf-string ${notAllowed} if METH_CONNECT
    # Without it a request whose body comes after its headers silently cannot be retried.
    option http-buffer-request
    http-request return status 413 content-type application/json lf-string ${tooLarge} if { req.body_size gt ${service.maxRequestBytes} }
${security === null ? '' : limitRate(security, site)}    default_backend ${backendName}
`;
}

/** The fields of `option httplog`, without captured headers, and of the request line only method, path and version. */
const logRequests = `    # A line a request, as httplog writes it. No header and no query: what a client puts there may be a key.
    no log
    log stdout format iso daemon info
    no option dontlog-normal
    log-format '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B - - %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq "%HM %HPO %HV"'
`;

/**
 * TLS 1.2 and 1.3, with OpenSSL's own choice of ciphers. HTTP/1.1 alone: a connection of HTTP/2 may hold the buffers of
 * a hundred requests, and the limit of connections would no longer bound the memory.
 */
function tlsWords({tlsCertificate}: HaproxySite): string {
  if (tlsCertificate === null) return '';
  return ` ssl crt ${quoted(tlsCertificate)} alpn http/1.1 ssl-min-ver TLSv1.2`;
}
