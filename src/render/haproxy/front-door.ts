import {requestIdHeader} from '@sutra/contract/http-embed';
import type {FrontDoor, Security, Service, TimingName} from '../../topology/plan-schema.js';
import {crashDetectionMs, hangDetectionMs, type Timing, timingProfiles} from '../../topology/timing.js';
import {jsonError} from './json-error.js';
import {quoted} from './quoted.js';
import {limitRate} from './rate-limit.js';
import {bindLine, type HaproxySite, isAtLeast} from './site.js';

/** Requests in work at one replica; more wait here, where they can still go to another, and not in Node. */
const maxconnPerServer = 64;

interface Behind {
  service: Service;
  timing: TimingName;
  site: HaproxySite;
  /** Of the public API's door; null for a door that only services of the stack use. */
  security: Security | null;
}

export function renderFrontDoor(door: FrontDoor, behind: Behind): string {
  return `${frontend(door, behind)}\n${backend(door, behind)}`;
}

function frontend(door: FrontDoor, {service, site, security}: Behind): string {
  const {name, port, service: backendName} = door;
  const tooLarge = jsonError({
    code: 'body_too_large',
    message: `the body is larger than ${service.maxRequestBytes} bytes`,
  });
  return `# ${name}: the way in to ${backendName}.
frontend ${name}
    ${bindLine(site.bindAddress(door), port)}${security === null ? '' : tlsWords(site)}
    # The caller's request id if it is a plain one, else a new one: the same in every log and error on the way.
    http-request set-var(txn.request_id) uuid()
    http-request set-var(txn.request_id) req.hdr(${requestIdHeader}) if { req.hdr(${requestIdHeader}) -m reg ^[A-Za-z0-9._-]{1,64}$ }
    http-request set-header ${requestIdHeader} %[var(txn.request_id)]
    # Without it a request whose body comes after its headers silently cannot be retried.
    option http-buffer-request
    http-request return status 413 content-type application/json lf-string ${tooLarge} if { req.body_size gt ${service.maxRequestBytes} }
${security === null ? '' : limitRate(security, site)}    default_backend ${backendName}
`;
}

/** TLS 1.2 and 1.3, with OpenSSL's own choice of ciphers. */
function tlsWords({tlsCertificate}: HaproxySite): string {
  if (tlsCertificate === null) return '';
  return ` ssl crt ${quoted(tlsCertificate)} alpn h2,http/1.1 ssl-min-ver TLSv1.2`;
}

function backend({service: name}: FrontDoor, {service, timing: timingName, site}: Behind): string {
  const timing = timingProfiles[timingName];
  const servers = site.servers(name).map((server) => `    server ${server.name} ${server.address}:${server.port}`);
  return `# Timing profile ${timingName}: a crash is seen within ${seconds(crashDetectionMs(timing))}, a hang within ${seconds(hangDetectionMs(timing))}.
backend ${name}
${balance(site)}
    # The hang budget: time for the largest legal request on a busy machine.
    timeout server ${service.slowestAnswerMs / 1_000}s
    timeout check ${timing.checkTimeoutMs}ms
${retries(service)}
    # ${service.probe.readyPath} answers 404 while a replica drains: no new work, and no alarm.
    option httpchk
    http-check send meth GET uri ${service.probe.readyPath} ver HTTP/1.1 hdr Host ${name}
    http-check expect status 200
    http-check disable-on-404
    # A connection that fails hastens the checks. It cannot take the last replica out, as a mark-down would, and a poison
    # request cannot take out healthy ones, as observing layer 7 would.
    default-server ${checkWords(timing)} observe layer4 error-limit 1 on-error fastinter
    # No on-marked-down shutdown-sessions: it also cuts a request that is still connecting, and that one is lost.
    default-server maxconn ${maxconnPerServer}
${site.resolvesNames ? byName : ''}${servers.join('\n')}
`;
}

// libc: at the start, as far as a name is known by then; none: start without the others.
const byName = `    default-server resolvers network resolve-prefer ipv4 init-addr last,libc,none
`;

function balance({version}: HaproxySite): string {
  // leastconn loops in 3.2.0 and starves a healthy replica in 3.4.0; two random picks come close to it.
  return isAtLeast(version, 3, 2) ? '    balance random(2)' : '    balance leastconn';
}

function retries({idempotent}: Service): string {
  if (!idempotent)
    return '    # Not idempotent: nothing is sent twice, but a connection that never stood may be tried again.\n    retries 3\n    option redispatch 1\n    retry-on conn-failure';
  return `    # No request is lost with its replica: another gets it. Not on 500, or a poison request would run four times;
    # not on 429, which is back-pressure.
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response response-timeout 502 503`;
}

function checkWords({interMs, fastinterMs, downinterMs, fall, rise}: Timing): string {
  return `check inter ${interMs}ms fastinter ${fastinterMs}ms downinter ${downinterMs}ms fall ${fall} rise ${rise}`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1_000} s`;
}
