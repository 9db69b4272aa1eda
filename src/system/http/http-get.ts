import type {Readable} from 'node:stream';
import {type Dispatcher, request} from 'undici';
import {SutraError} from '../../errors.js';
import {connectionErrorCode, connectionReason, isTlsCode, ownAuthorityCure} from './connection-error.js';

const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

export type HttpHeaders = Readonly<Record<string, string | undefined>>;

export interface HttpGet {
  /** `user:password@` becomes basic authorization, to that host only. */
  url: string;
  headers?: Record<string, string>;
  /** Value of `authorization`. Sent to the first URL's origin and to no other that it redirects to. */
  authorization?: string | undefined;
  dispatcher: Dispatcher;
  signal: AbortSignal;
  /** Longest wait for the headers of one hop, in milliseconds. */
  headersMs: number;
  /** Called with the headers of the first URL's answer, before a redirect is followed; what it throws ends it. */
  onFirstHop?: (headers: HttpHeaders) => void;
}

export interface HttpReply {
  status: number;
  headers: HttpHeaders;
  /** The address that answered. */
  url: string;
  /** The caller reads or destroys it. */
  body: Readable;
}

/** What stopped a transfer; in `details.kind` of a NETWORK error. */
export type TransferFailure = 'unreachable' | 'status' | 'stalled' | 'cut';

/**
 * GET that follows redirects by itself, since credentials must not follow them to another host.
 * Any status is a reply; no reply is a NETWORK error with `details.kind`.
 */
export async function httpGet(get: HttpGet): Promise<HttpReply> {
  const first = new URL(get.url);
  const authorization = get.authorization ?? basicAuthorization(first);
  let url = withoutCredentials(first);
  for (let hops = 0; ; hops += 1) {
    const own = url.origin === first.origin && authorization !== undefined ? {authorization} : {};
    const reply = await oneHop(url, {...get.headers, ...own}, get);
    const location = redirects.has(reply.status) ? reply.headers.location : undefined;
    try {
      if (hops === 0) get.onFirstHop?.(reply.headers);
      if (location === undefined) return {...reply, url: url.href};
      if (hops === maxRedirects) throw networkError('status', `${first.host} redirects in circles`);
    } catch (error) {
      reply.body.destroy();
      throw error;
    }
    reply.body.destroy();
    url = withoutCredentials(new URL(location, url));
  }
}

async function oneHop(url: URL, headers: Record<string, string>, get: HttpGet) {
  const deadline = AbortSignal.timeout(get.headersMs);
  const overdue = new AbortController();
  const expire = () => overdue.abort(deadline.reason);
  deadline.addEventListener('abort', expire, {once: true});
  try {
    const reply = await request(url, {
      dispatcher: get.dispatcher,
      headers: {'user-agent': 'sutra', 'accept-encoding': 'identity', ...headers},
      signal: AbortSignal.any([get.signal, overdue.signal]),
    });
    // A body that nobody reads to its end ends with an error, which would otherwise end the process; readers get it too.
    reply.body.on('error', () => undefined);
    return {status: reply.statusCode, headers: singleHeaders(reply.headers), body: reply.body as Readable};
  } catch (error) {
    throw transferError(error, url.host, get.signal);
  } finally {
    // The body has deadlines of its own: this one ends with the headers.
    deadline.removeEventListener('abort', expire);
  }
}

/** Turns what undici or the socket threw into INTERRUPTED or NETWORK. */
export function transferError(error: unknown, host: string, signal: AbortSignal): SutraError {
  if (error instanceof SutraError) return error;
  if (signal.aborted) return new SutraError('INTERRUPTED', 'the download was interrupted', {cause: error});
  const code = connectionErrorCode(error);
  if (code === 'UND_ERR_BODY_TIMEOUT') return networkError('stalled', `${host} stopped sending`, error);
  if (bodyCuts.has(code)) return networkError('cut', `${host} cut the connection`, error);
  return new SutraError('NETWORK', `${host}: ${connectionReason(error)}`, {
    ...(isTlsCode(code) ? {cure: ownAuthorityCure} : {}),
    cause: error,
    details: {kind: 'unreachable' satisfies TransferFailure},
  });
}

export function networkError(kind: TransferFailure, message: string, cause?: unknown, status?: number): SutraError {
  return new SutraError('NETWORK', message, {cause, details: {kind, ...(status === undefined ? {} : {status})}});
}

const bodyCuts = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);
function singleHeaders(headers: Record<string, string | string[] | undefined>): HttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

function basicAuthorization(url: URL): string | undefined {
  if (url.username === '') return undefined;
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}
