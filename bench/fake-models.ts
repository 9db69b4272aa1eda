import {createServer, type Server} from 'node:http';
import {text} from 'node:stream/consumers';

const width = 768;

/** Models of width 768 that give the same unit vector for every text, at once: what is measured is not the model. */
export function startFakeModels(port: number): Promise<Server> {
  const vector = Float32Array.from({length: width}, (_, i) => Math.sin(i + 1));
  const norm = Math.hypot(...vector);
  const bytes = Buffer.from(vector.map((value) => value / norm).buffer);
  const server = createServer(async (request, response) => {
    if (request.url === '/info') return response.end(JSON.stringify(info));
    const {texts}: {texts: string[]} = JSON.parse(await text(request));
    response.writeHead(200, {
      'x-sutra-artifact': info.model.artifact,
      'x-sutra-dimension': width,
      'x-sutra-count': texts.length,
      'x-sutra-tokens': texts.map(() => 3).join(),
    });
    return response.end(Buffer.concat(texts.map(() => bytes)));
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

const info = {
  service: 'bench',
  role: 'model',
  version: '0',
  edition: 'community',
  model: {
    id: 'nomic-ai/nomic-embed-text-v1.5',
    artifact: 'a'.repeat(64),
    native_dimension: width,
    default_dimension: width,
    dimensions: [768, 512, 256, 128, 64],
    pooling: 'mean',
    window_tokens: 8192,
    prefixes: {},
    batching: 'alone',
  },
  limits: {texts_per_request: 256, body_bytes: 196_608, queue_tokens: 1_000},
};
