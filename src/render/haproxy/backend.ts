import type {Service, TimingName} from '../../topology/plan-schema.js';
import {crashDetectionMs, hangDetectionMs, type Timing, timingProfiles} from '../../topology/timing.js';
import {type HaproxyServer, type HaproxySite, isAtLeast} from './site.js';

/**
 * Requests in work at one replica; more wait here, where they can still go to another, and not in Node. The API's own
 * work is small, and what waits in it waits for the models: so much room that one replica can take over for another. A
 * full one would leave a retry nowhere to go but to the dead one, again and again.
 */
const maxconnPerServer = {inference: 64, edge: 256};

/** The most covers four of five replicas that die at once, and bounds how many a request that kills its replica can kill. */
const retriesBounds = {least: 3, most: 8};

interface Backend {
  service: Service;
  timing: TimingName;
  site: HaproxySite;
}

/** Returns the backend section of one service: its replicas, how they are checked, and when a request is sent again. */
export function renderBackend({service, timing: timingName, site}: Backend): string {
  const {name, probe, slowestAnswerMs, workers} = service;
  const timing = timingProfiles[timingName];
  const servers = site.servers(name);
  return `# Timing profile ${timingName}: a crash is seen within ${seconds(crashDetectionMs(timing))}, a hang within ${seconds(hangDetectionMs(timing))}.
backend ${name}
${balance(site)}
    # The hang budget: time for the largest legal request on a busy machine.
    timeout server ${slowestAnswerMs / 1_000}s
    timeout check ${timing.checkTimeoutMs}ms
${retries(service, servers.length)}
    # ${probe.readyPath} answers 404 while a replica drains: no new work, and no alarm.
    option httpchk
    http-check send meth GET uri ${probe.readyPath} ver HTTP/1.1 hdr Host ${name}
    http-check expect status 200
    http-check disable-on-404
    default-server ${checkWords(timing)}
    # No on-marked-down shutdown-sessions: it also cuts a request that is still connecting, and that one is lost.
    default-server maxconn ${workers > 0 ? maxconnPerServer.inference : maxconnPerServer.edge}
${site.resolvesNames ? byName : ''}${serverLines(servers, timing)}
`;
}

// libc: at the start, as far as a name is known by then; none: start without the others. allow-dup-ip: a replica has two
// lines, of which the second would else get no address.
const byName = `    default-server resolvers network resolve-prefer ipv4 resolve-opts allow-dup-ip init-addr last,libc,none
`;

/** The server name of a replica's second line, which its statistics carry too. */
function unobserved(name: string): string {
  return `${name}.unobserved`;
}

function serverLines(servers: HaproxyServer[], timing: Timing): string {
  const line = ({name, address, port}: HaproxyServer, words: string) =>
    `    server ${name} ${address}:${port} observe layer4 error-limit 1 on-error ${words}`;
  if (!timing.observes) {
    return `    # A connection that fails hastens the checks.\n${servers.map((server) => line(server, 'fastinter')).join('\n')}`;
  }
  return `    # The first connection that fails takes a replica out: dead replicas have no connections, so leastconn prefers them,
    # and the retries of one request would all meet two dead ones. Layer 7 is not observed: a poison request would take
    # healthy replicas out.
${servers.map((server) => line(server, 'mark-down')).join('\n')}
    # The same replicas by their health checks alone, used while no line above is up: a failed connection can never take
    # the last replica out.
    option allbackups
${servers.map((server) => line({...server, name: unobserved(server.name)}, 'fastinter backup')).join('\n')}`;
}

function balance({version}: HaproxySite): string {
  // leastconn loops in 3.2.0 and starves a healthy replica in 3.4.0; two random picks come close to it.
  return isAtLeast(version, 3, 2) ? '    balance random(2)' : '    balance leastconn';
}

function retries({idempotent}: Service, replicas: number): string {
  // A dead replica may take two attempts: the request that was in it or on its idle connection, and the refused one.
  const {least, most} = retriesBounds;
  const count = Math.min(most, Math.max(least, 2 * (replicas - 1)));
  if (!idempotent)
    return `    # Not idempotent: nothing is sent twice, but a connection that never stood may be tried again.\n    retries ${count}\n    option redispatch 1\n    retry-on conn-failure`;
  return `    # A request whose replica dies goes to another. Each dead replica costs two attempts at most: the request that was in
    # it, and a refused connection. Not on 500, or a poison request would run again and again; not on 429, which is
    # back-pressure.
    retries ${count}
    option redispatch 1
    retry-on conn-failure empty-response response-timeout 502 503`;
}

function checkWords({interMs, fastinterMs, downinterMs, fall, rise}: Timing): string {
  return `check inter ${interMs}ms fastinter ${fastinterMs}ms downinter ${downinterMs}ms fall ${fall} rise ${rise}`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1_000} s`;
}
