import {createHash, randomUUID} from 'node:crypto';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

export interface ImageRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`: Docker speaks HTTP to loopback without being told to. */
  host: string;
  /** `name:tag` of every image that arrived whole. */
  images: Set<string>;
}

/** What it knows of a blob is its size, by digest; of an upload that is under way, by its address. */
type Sizes = Map<string, number>;

/** As much of a registry of images as `docker push` asks for. Layers are counted and thrown away. */
export async function startImageRegistry({allowed}: {allowed: boolean}): Promise<ImageRegistry> {
  const images = new Set<string>();
  const sizes: Sizes = new Map();
  const server = createServer((request, response) => {
    if (allowed) void answer(request, response, sizes, images);
    else response.writeHead(401, {'www-authenticate': 'Basic realm="test"'}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    images,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, sizes: Sizes, images: Set<string>) {
  const {pathname, searchParams} = new URL(String(request.url), 'http://registry');
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  const digest = `sha256:${hash.digest('hex')}`;
  const [, blob] = /\/blobs\/(sha256:\w+)$/.exec(pathname) ?? [];
  const [, name, tag] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(pathname) ?? [];
  const say = (status: number, headers: Record<string, string> = {}) => response.writeHead(status, headers).end();
  const range = {range: `0-${Math.max(0, sizeBytes - 1)}`};
  if (pathname === '/v2/') say(200);
  else if (blob !== undefined && sizes.has(blob)) say(200, {'content-length': String(sizes.get(blob))});
  else if (blob !== undefined) say(404);
  else if (request.method === 'POST') say(202, {...range, location: `${pathname}${randomUUID()}`});
  else if (request.method === 'PATCH') {
    sizes.set(pathname, sizeBytes);
    say(202, {...range, location: pathname});
  } else if (request.method === 'PUT' && name !== undefined) {
    images.add(`${name}:${tag}`);
    say(201, {'docker-content-digest': digest});
  } else if (request.method === 'PUT') {
    sizes.set(String(searchParams.get('digest')), sizes.get(pathname) ?? sizeBytes);
    say(201, {'docker-content-digest': String(searchParams.get('digest'))});
  } else say(404);
}
