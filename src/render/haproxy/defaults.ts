import type {errorStatus} from '@sutra/contract/http-embed';
import {jsonError} from './json-error.js';

/** These come before the rules that choose a request id, while the request is still arriving. */
const beforeRules = new Set([400, 408]);

/** HAProxy's own errors in the API's envelope. A replica's own errors pass as they are. */
const ownErrors: {status: number; code: keyof typeof errorStatus; message: string}[] = [
  {status: 400, code: 'malformed', message: 'not a valid HTTP request'},
  {status: 408, code: 'request_timeout', message: 'the request did not arrive whole in time'},
  {status: 500, code: 'internal', message: 'the load balancer failed'},
  {status: 502, code: 'upstream_lost', message: 'a replica broke off its answer'},
  {status: 503, code: 'upstream_lost', message: 'no replica can take the request now'},
  {status: 504, code: 'upstream_lost', message: 'no replica answered in time'},
];

export function renderDefaults(): string {
  return `# What every front door shares.
defaults
    mode http
    log global
    option dontlog-normal
    # A client has 10 s to send its request whole. A connection that is idle, or whose answer is not read, is closed after
    # 30 s; so is a TLS handshake that stops. A client that waits for its answer is not idle.
    timeout http-request 10s
    timeout http-keep-alive 30s
    timeout client 30s
    timeout connect 2s
    # An address that asks too often without a key waits so long for its refusal.
    timeout tarpit 10s
    # In the queue of a busy replica, before 503.
    timeout queue 30s
    # A reload closes a client's idle connection only behind an answer: closed at once, it could meet the next request.
    option idle-close-on-response
    # A connection that never asked anything is closed without an answer, which could be taken for that of a request.
    option http-ignore-probes
    # One request at a time on a connection: HTTP/2 would have a hundred, each with buffers of its own.
    option disable-h2-upgrade
    # Work whose client has gone is not sent on.
    option abortonclose

    # The API's error envelope for what HAProxy itself refuses.
${ownErrors.map(({status, ...error}) => `    http-error status ${status} content-type application/json lf-string ${jsonError(error, beforeRules.has(status) ? 'uuid()' : undefined)}`).join('\n')}
`;
}
