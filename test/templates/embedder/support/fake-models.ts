import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {text} from 'node:stream/consumers';
import type {Info} from '@sutra/contract/http-info';

export interface FakeModels extends AsyncDisposable {
  url: string;
  artifact: string;
  /** Bodies of `POST /embed`, as they came. */
  bodies: {texts: string[]}[];
  /** Calls whose connection ended before the answer did. */
  abandoned: number;
  /** Answers the next calls instead of the vectors; the last one stays. */
  answer: ((response: ServerResponse) => void) | null;
}

/** Models behind an address, of width 4, whose answers a test decides. */
export async function startFakeModels(): Promise<FakeModels> {
  const server = createServer((request, response) => {
    serve(models, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const models: FakeModels = {
    url: `http://127.0.0.1:${port}`,
    artifact: 'a'.repeat(64),
    bodies: [],
    abandoned: 0,
    answer: null,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return models;
}

async function serve(models: FakeModels, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/info') {
    response.end(JSON.stringify(infoOf(models.artifact)));
    return;
  }
  const body: {texts: string[]} = JSON.parse(await text(request));
  models.bodies.push(body);
  response.on('close', () => {
    if (!response.writableFinished) models.abandoned += 1;
  });
  if (models.answer === null) sendVectors(models, response, body.texts.length);
  else models.answer(response);
}

export function sendVectors(models: FakeModels, response: ServerResponse, rows: number): void {
  response.writeHead(200, {
    'x-sutra-artifact': models.artifact,
    'x-sutra-dimension': '4',
    'x-sutra-count': String(rows),
    'x-sutra-tokens': Array.from({length: rows}, () => 3).join(),
  });
  response.end(Buffer.from(Float32Array.from({length: rows * 4}, () => 0.5).buffer));
}

function infoOf(artifact: string): Info {
  return {
    service: 'fake',
    role: 'model',
    version: '0',
    edition: 'simple',
    model: {
      id: 'owner/fake',
      artifact,
      native_dimension: 4,
      default_dimension: 4,
      dimensions: [4, 2],
      pooling: 'mean',
      window_tokens: 16,
      prefixes: {query: 'q: '},
      batching: 'padded',
    },
    limits: {texts_per_request: 256, body_bytes: 196_608, queue_tokens: 1_000},
  };
}
