import {createServer, type Server} from 'node:http';
import {buffer} from 'node:stream/consumers';
import {gzipSync} from 'node:zlib';
import {pack} from 'tar-stream';
import {addressOf, clientReadsMs, close, listen} from './hub-server.js';

export interface NpmServer extends AsyncDisposable {
  /** For npm_config_registry. */
  url: string;
  /** Path → tarball. */
  tarballs: Map<string, Buffer>;
  /** Bytes after which the next answers are cut. */
  cuts: number[];
  /** Always the whole, whatever range is asked for. */
  ignoresRange: boolean;
  requests: {path: string; range: string | undefined}[];
}

/** A registry that serves tarballs, with Range. */
export async function startNpmServer(): Promise<NpmServer> {
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    npm.requests.push({path, range: request.headers.range});
    const tarball = npm.tarballs.get(path);
    if (tarball === undefined) {
      response.writeHead(404).end('{"error":"Not found"}');
      return;
    }
    const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const from = npm.ignoresRange ? 0 : asked;
    const body = tarball.subarray(from);
    response.writeHead(from === 0 ? 200 : 206, {
      etag: '"tarball"',
      'content-length': body.length,
      ...(from === 0 ? {} : {'content-range': `bytes ${from}-${tarball.length - 1}/${tarball.length}`}),
    });
    const cut = npm.cuts.shift();
    if (cut === undefined) response.end(body);
    else response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), clientReadsMs));
  });
  const npm: NpmServer = {
    url: '',
    tarballs: new Map(),
    cuts: [],
    ignoresRange: false,
    requests: [],
    [Symbol.asyncDispose]: () => close(server),
  };
  await listen(server);
  npm.url = addressOf(server);
  return npm;
}

/** A package's tarball with these files. */
export async function tarballOf(files: Record<string, Buffer>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({name}, content);
  archive.finalize();
  return gzipSync(await buffer(archive));
}
