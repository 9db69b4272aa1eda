import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {Socket} from 'node:net';
import type {L2Stats} from '@sutra/contract/l2-protocol';

const connectionsAtMost = 64;
const timeouts = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  /** How often the three are looked at. */
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 8192,
};

export interface HealthSource {
  service: string;
  version: string;
  state(): 'loading' | 'serving' | 'draining';
  /** Null while loading. */
  stats(): L2Stats | null;
}

/** `GET /health` (503 while the file is opened), `/ready` (404 while draining), `/metrics` (Prometheus text). */
export function startHealthServer(source: HealthSource, host: string, port: number): Promise<Server> {
  const server = createServer(timeouts, (request, response) => answer(source, request, response));
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    const [oldest] = open;
    // A supervisor's probe gets its turn, however many hold a connection open.
    if (oldest !== undefined && open.size >= connectionsAtMost) oldest.destroy();
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({host, port}, () => resolve(server));
  });
}

function answer(source: HealthSource, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0];
  const state = source.state();
  const stats = source.stats();
  if (request.method !== 'GET' && request.method !== 'HEAD') send(response, 405, {error: {code: 'method_not_allowed'}});
  else if (path === '/health') send(response, state === 'loading' ? 503 : 200, health(source, stats));
  else if (path === '/ready') send(response, {loading: 503, serving: 200, draining: 404}[state], {state});
  else if (path === '/metrics') sendMetrics(response, stats);
  else send(response, 404, {error: {code: 'not_found'}});
}

function health({service, version, state}: HealthSource, stats: L2Stats | null) {
  const status = {loading: 'loading', serving: 'healthy', draining: 'healthy'}[state()];
  return {status: stats?.writable === false ? 'degraded' : status, service, version, ...stats};
}

const totals = new Set<string>([
  'refusedConnections',
  'hits',
  'misses',
  'puts',
  'refusedPuts',
  'evictions',
  'expirations',
  'badRecords',
  'damagedFiles',
  'commits',
]);

/** `vectorBytes` → `sutra_cache_vector_bytes`; what only grows ends in `_total`. */
function sendMetrics(response: ServerResponse, stats: L2Stats | null): void {
  const lines = Object.entries(stats ?? {}).flatMap(([key, value]) => {
    if (typeof value !== 'number' && typeof value !== 'boolean') return [];
    const name = `sutra_cache_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    const [full, type] = totals.has(key) ? [`${name}_total`, 'counter'] : [name, 'gauge'];
    return [`# TYPE ${full} ${type}`, `${full} ${Number(value)}`];
  });
  response.writeHead(200, {'content-type': 'text/plain; version=0.0.4; charset=utf-8'});
  response.end(`${lines.join('\n')}\n`);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {'content-type': 'application/json'});
  response.end(JSON.stringify(body));
}
