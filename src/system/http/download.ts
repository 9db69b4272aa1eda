import {SutraError} from '../../errors.js';
import type {Clock} from '../system.js';
import {type HttpGet, type HttpReply, httpGet, networkError, transferError} from './http-get.js';

/** Pauses before each further attempt, in milliseconds. Getting noticeably further starts the count anew. */
const defaultPausesMs = [500, 1_000, 2_000];
/** Noticeably: a server that sends a byte and cuts would otherwise be asked once a byte. */
const noticeableBytes = 64 * 1024;
/** Slower than noticeableBytes in this time, in milliseconds, is a stall, though each byte comes in time. */
const slowMs = 120_000;

export interface DownloadRequest extends Omit<HttpGet, 'headers'> {
  clock: Clock;
  /** Bytes the caller already has. */
  fromByte?: number;
  /** Strong validator under which they were received; the server then sends the whole again if it has changed. */
  etag?: string | null;
  pausesMs?: readonly number[];
  /** Called with every reply before its first byte; what it throws ends the download. */
  onReply?: (reply: DownloadReply) => void | Promise<void>;
}

export interface DownloadReply {
  /** Where the bytes that follow belong: 0 if the server did not take up the range. */
  offset: number;
  /** Of the whole file; null if the server does not say. */
  totalBytes: number | null;
  etag: string | null;
}

/** Bytes and where in the file they belong. */
export interface Piece {
  offset: number;
  bytes: Buffer;
}

/**
 * The bytes at a URL. A connection that is cut, stalls or meets a 5xx is taken up again with Range and If-Range; a
 * piece with an offset lower than the last means that the server began anew. Throws NETWORK once the attempts are used
 * up (at once for 4xx and for a host that cannot be reached), INTERRUPTED when the signal aborts.
 */
export async function* download(request: DownloadRequest): AsyncGenerator<Piece, void, void> {
  const pausesMs = request.pausesMs ?? defaultPausesMs;
  const state = {position: request.fromByte ?? 0, etag: request.etag ?? null};
  const tries = {furthest: state.position, failures: 0};
  for (;;) {
    try {
      yield* oneAttempt(request, state);
      return;
    } catch (error) {
      countFailure(tries, state.position);
      const pauseMs = isPassing(error) ? pausesMs[tries.failures - 1] : undefined;
      if (pauseMs === undefined) throw error;
      await pause(request, pauseMs);
    }
  }
}

function countFailure(tries: {furthest: number; failures: number}, position: number): void {
  const further = position - tries.furthest >= noticeableBytes;
  tries.failures = further ? 1 : tries.failures + 1;
  if (further) tries.furthest = position;
}

async function* oneAttempt(request: DownloadRequest, state: {position: number; etag: string | null}) {
  const {reply, answer} = await openAt(request, state);
  try {
    state.position = answer.offset;
    state.etag = answer.etag;
    let mark = {position: state.position, atMs: request.clock.nowMs()};
    for await (const bytes of reply.body as AsyncIterable<Buffer>) {
      mark = movedOn(mark, {position: state.position, atMs: request.clock.nowMs()}, reply.url);
      const offset = state.position;
      state.position += bytes.length;
      yield {offset, bytes};
    }
  } catch (error) {
    throw transferError(asCut(error), new URL(reply.url).host, request.signal);
  } finally {
    reply.body.destroy();
  }
  if (answer.totalBytes !== null && state.position < answer.totalBytes) {
    throw networkError('cut', `${new URL(reply.url).host} sent ${state.position} of ${answer.totalBytes} bytes`);
  }
}

/** The newest mark at which noticeably more had come. Throws where none is within the time. */
function movedOn(mark: Mark, now: Mark, url: string): Mark {
  if (now.position - mark.position >= noticeableBytes) return now;
  if (now.atMs - mark.atMs <= slowMs) return mark;
  const {host} = new URL(url);
  throw networkError('stalled', `${host} sent only ${now.position - mark.position} bytes in ${slowMs / 1_000} s`);
}

interface Mark {
  position: number;
  atMs: number;
}

async function openAt(request: DownloadRequest, state: {position: number; etag: string | null}) {
  let reply = await httpGet({...request, headers: rangeHeaders(state)});
  if (reply.status === 416 && state.position > 0) {
    // What we hold reaches past the end of what the server has: it is of another file.
    reply.body.destroy();
    state.position = 0;
    state.etag = null;
    reply = await httpGet({...request, headers: {}});
  }
  try {
    const answer = readReply(reply, state.position);
    await request.onReply?.(answer);
    return {reply, answer};
  } catch (error) {
    reply.body.destroy();
    throw error;
  }
}

function rangeHeaders({position, etag}: {position: number; etag: string | null}): Record<string, string> {
  if (position === 0) return {};
  return {range: `bytes=${position}-`, ...(etag === null ? {} : {'if-range': etag})};
}

function readReply({status, headers, url}: HttpReply, asked: number): DownloadReply {
  const etag = strongEtag(headers.etag);
  if (status === 200) return {offset: 0, totalBytes: readLength(headers['content-length']), etag};
  const host = new URL(url).host;
  if (status !== 206) throw networkError('status', `${host} answers ${status}`, undefined, status);
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  if (range === null || Number(range[1]) !== asked) {
    throw networkError('status', `${host} answers 206 with another range than asked for`, undefined, status);
  }
  return {offset: asked, totalBytes: readLength(range[2]), etag};
}

function readLength(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** Weak validators must not be used with If-Range (RFC 9110, 13.1.5). */
function strongEtag(etag: string | undefined): string | null {
  return etag === undefined || etag.startsWith('W/') ? null : etag;
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof SutraError)) return false;
  const {kind, status} = error.details ?? {};
  if (kind === 'cut' || kind === 'stalled') return true;
  return kind === 'status' && typeof status === 'number' && (status >= 500 || status === 429 || status === 408);
}

/** Once a body flows, whatever ends it early is a cut. */
function asCut(error: unknown): unknown {
  if (error instanceof SutraError || !(error instanceof Error)) return error;
  if ('code' in error && error.code === 'UND_ERR_BODY_TIMEOUT') return error;
  return Object.assign(new Error(error.message, {cause: error}), {code: 'UND_ERR_SOCKET'});
}

async function pause({clock, signal}: DownloadRequest, pauseMs: number): Promise<void> {
  try {
    await clock.sleep(pauseMs, signal);
  } catch (error) {
    throw transferError(error, '', signal);
  }
}
