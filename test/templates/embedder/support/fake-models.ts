import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Info} from '@sutra/contract/http-info';

export interface FakeModels extends AsyncDisposable {
  url: string;
  artifact: string;
  /** Width of the vectors. A change of it must come with another artifact, as it does in life. */
  width: number;
  /** Bodies of `POST /embed`, as they came. */
  bodies: {texts: string[]}[];
  /** Calls whose connection ended before the answer did. */
  abandoned: number;
  /** Answers the next calls instead of the vectors; the last one stays. */
  answer: ((response: ServerResponse, texts: readonly string[]) => void) | null;
  /** Breaks every connection and refuses new ones for so long, in milliseconds. */
  refuseFor(milliseconds: number): Promise<void>;
}

/** Models behind an address whose answers a test decides. Every text and artifact has a vector of its own. Port 0: any. */
export async function startFakeModels(port = 0): Promise<FakeModels> {
  const server = createServer((request, response) => {
    serve(models, request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const models: FakeModels = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    artifact: 'a'.repeat(64),
    width: 4,
    bodies: [],
    abandoned: 0,
    answer: null,
    refuseFor: async (milliseconds) => {
      const {port: same} = server.address() as AddressInfo;
      server.close();
      server.closeAllConnections();
      await sleep(milliseconds);
      server.listen(same, '127.0.0.1');
      await once(server, 'listening');
    },
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return models;
}

async function serve(models: FakeModels, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/info') {
    response.end(JSON.stringify(infoOf(models)));
    return;
  }
  if (request.method === 'GET') {
    response.end('{}');
    return;
  }
  const body: {texts: string[]} = JSON.parse(await text(request));
  models.bodies.push(body);
  response.on('close', () => {
    if (!response.writableFinished) models.abandoned += 1;
  });
  if (models.answer === null) sendVectors(models, response, body.texts);
  else models.answer(response, body.texts);
}

export function sendVectors(models: FakeModels, response: ServerResponse, texts: readonly string[]): void {
  response.writeHead(200, {
    'x-sutra-artifact': models.artifact,
    'x-sutra-dimension': String(models.width),
    'x-sutra-count': String(texts.length),
    'x-sutra-tokens': texts.map(() => 3).join(),
  });
  response.end(Buffer.concat(texts.map((text) => Buffer.from(fakeVector(models, text).buffer))));
}

/** What the models of this artifact and width give for a text: norm 1, and different for every text. */
export function fakeVector({artifact, width}: Pick<FakeModels, 'artifact' | 'width'>, text: string): Float32Array {
  const bytes = createHash('shake256', {outputLength: width}).update(`${artifact} ${text}`).digest();
  const norm = Math.hypot(...Array.from(bytes, (byte) => byte + 1));
  return Float32Array.from(bytes, (byte) => (byte + 1) / norm);
}

function infoOf({artifact, width}: FakeModels): Info {
  return {
    service: 'fake',
    role: 'model',
    version: '0',
    edition: 'simple',
    model: {
      id: 'owner/fake',
      artifact,
      native_dimension: width,
      default_dimension: width,
      dimensions: [width, width / 2],
      pooling: 'mean',
      window_tokens: 16,
      prefixes: {query: 'q: '},
      batching: 'padded',
    },
    limits: {texts_per_request: 256, body_bytes: 196_608, queue_tokens: 1_000},
  };
}
