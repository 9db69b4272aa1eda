import {createHash} from 'node:crypto';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

/** What a client has not read when the connection ends is lost to it: let it read. */
export const clientReadsMs = 200;

/** What the next requests for a file's bytes meet, in order; afterwards all is well. */
export type Mishap =
  | {kind: 'cut'; afterBytes: number; ignoreRange?: boolean}
  | {kind: 'stall'; afterBytes: number}
  | {kind: 'status'; status: number}
  | {kind: 'wrongBytes'}
  | {kind: 'ignoreRange'}
  | {kind: 'changed'};

export interface SeenRequest {
  at: 'hub' | 'cdn';
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** Body bytes put on the wire. */
  sentBytes: number;
}

export interface HubServer extends AsyncDisposable {
  /** For HF_ENDPOINT. */
  url: string;
  /** Path (`/repo/resolve/revision/file`) → content. */
  files: Map<string, Buffer>;
  mishaps: Mishap[];
  /** Answer of the resolve step itself: 302 as the hub does for large files, or a status that refuses. */
  resolveStatus: number;
  /** Overrides the sha256 the hub claims for its large files. */
  linkedEtag: string | null;
  linkedSize: number | null;
  /** `true`: bytes come from the resolve address itself, as for small files, under a git hash. */
  direct: boolean;
  /** Bytes a second, roughly. */
  bytesPerSecond: number;
  seen: SeenRequest[];
}

/**
 * The hub as clients see it: `resolve` answers 302 with x-linked-etag and x-linked-size to a CDN on another origin,
 * which speaks ETag, Range, If-Range and 416.
 */
export async function startHubServer(): Promise<HubServer> {
  const hub: HubServer = {
    url: '',
    files: new Map(),
    mishaps: [],
    resolveStatus: 302,
    linkedEtag: null,
    linkedSize: null,
    direct: false,
    bytesPerSecond: Number.POSITIVE_INFINITY,
    seen: [],
    [Symbol.asyncDispose]: async () => {
      await Promise.all([close(front), close(cdn)]);
    },
  };
  const cdn = createServer((request, response) => {
    void serveBytes(hub, note(hub, 'cdn', request), request, response);
  });
  const front = createServer((request, response) => resolve(hub, request, response, () => addressOf(cdn)));
  await Promise.all([listen(cdn), listen(front)]);
  hub.url = addressOf(front);
  return hub;
}

/** Path of a file on the hub. */
export function hubPath(repo: string, path: string): string {
  return `/${repo}/resolve/main/${path}`;
}

function resolve(hub: HubServer, request: IncomingMessage, response: ServerResponse, cdnUrl: () => string): void {
  const seen = note(hub, 'hub', request);
  const content = hub.files.get(seen.path);
  if (hub.resolveStatus !== 302) {
    response.writeHead(hub.resolveStatus).end();
    return;
  }
  if (content === undefined) {
    response.writeHead(404, {'x-error-code': 'EntryNotFound'}).end();
    return;
  }
  if (hub.direct) {
    void serveBytes(hub, seen, request, response);
    return;
  }
  response
    .writeHead(302, {
      location: `${cdnUrl()}${seen.path}?signature=1`,
      'x-linked-etag': `"${hub.linkedEtag ?? sha256(content)}"`,
      'x-linked-size': String(hub.linkedSize ?? content.length),
      etag: '"of-the-redirect"',
    })
    .end('Found');
}

async function serveBytes(hub: HubServer, seen: SeenRequest, request: IncomingMessage, response: ServerResponse) {
  const stored = hub.files.get(seen.path) ?? Buffer.alloc(0);
  const mishap = hub.mishaps.shift();
  if (mishap?.kind === 'status') {
    response.writeHead(mishap.status).end();
    return;
  }
  const content = mishap?.kind === 'wrongBytes' ? Buffer.alloc(stored.length, 'x') : stored;
  const etag = `"${mishap?.kind === 'changed' ? 'new-' : ''}${createHash('sha1').update(stored).digest('hex')}"`;
  const from = rangeStart(request, etag, mishap);
  if (from >= content.length && from > 0) {
    response.writeHead(416, {'content-range': `bytes */${content.length}`}).end();
    return;
  }
  const body = content.subarray(from);
  response.writeHead(from === 0 ? 200 : 206, {
    etag,
    'accept-ranges': 'bytes',
    'content-length': body.length,
    ...(from === 0 ? {} : {'content-range': `bytes ${from}-${content.length - 1}/${content.length}`}),
  });
  const stopAfter = mishap?.kind === 'cut' || mishap?.kind === 'stall' ? mishap.afterBytes : body.length;
  await send(hub, seen, response, body.subarray(0, stopAfter));
  if (mishap?.kind === 'cut') {
    await new Promise((done) => setTimeout(done, clientReadsMs));
    response.destroy();
  } else if (mishap?.kind !== 'stall') response.end();
}

function rangeStart(request: IncomingMessage, etag: string, mishap: Mishap | undefined): number {
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  if (range === null || mishap?.kind === 'ignoreRange') return 0;
  if (mishap?.kind === 'cut' && mishap.ignoreRange) return 0;
  const ifRange = request.headers['if-range'];
  return ifRange !== undefined && ifRange !== etag ? 0 : Number(range[1]);
}

async function send(hub: HubServer, seen: SeenRequest, response: ServerResponse, body: Buffer): Promise<void> {
  const step = 16 * 1024;
  for (let at = 0; at < body.length && !response.destroyed; at += step) {
    const piece = body.subarray(at, at + step);
    await new Promise((done) => response.write(piece, done));
    seen.sentBytes += piece.length;
    if (Number.isFinite(hub.bytesPerSecond)) {
      await new Promise((done) => setTimeout(done, (1000 * piece.length) / hub.bytesPerSecond));
    }
  }
}

function note(hub: HubServer, at: 'hub' | 'cdn', request: IncomingMessage): SeenRequest {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
  const seen = {at, method: request.method ?? '', path, headers: request.headers, sentBytes: 0};
  hub.seen.push(seen);
  return seen;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function listen(server: Server): Promise<void> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
}

export function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
}
