import type {AddressInfo} from 'node:net';
import type {CacheEnvironment} from '@sutra/contract/cache-environment';
import {readSecret} from './environment.js';
import {logEvent} from './log.js';
import {startHealthServer} from './server/health-server.js';
import {RequestHandler} from './server/request-handler.js';
import {TcpServer} from './server/tcp-server.js';
import {machineClocks} from './store/shard-clock.js';
import {Store} from './store/store.js';

type Say = (event: string, fields?: object) => void;

export interface Shard {
  /** Answers what was asked, then closes the file so that the next start has nothing to repair. */
  drain(): Promise<void>;
}

/**
 * Says over HTTP that it loads, opens the store, then serves. `onLost` is called when nothing can be stored any more.
 * Throws what listening or opening throws.
 */
export async function startShard(env: CacheEnvironment, onLost: (error: Error) => void): Promise<Shard> {
  const name = env.SUTRA_SERVICE_NAME;
  const say: Say = (event, fields) => logEvent(name, event, fields);
  let state: 'loading' | 'serving' | 'draining' = 'loading';
  let handler: RequestHandler | null = null;
  const source = {service: name, version: env.SUTRA_VERSION, state: () => state, stats: () => handler?.stats() ?? null};
  const secret = readSecret(env.SUTRA_CACHE_SECRET_FILE);
  const health = await startHealthServer(source, env.SUTRA_HOST, env.SUTRA_HEALTH_PORT);
  const store = await openStore(env, say, onLost);
  const facts = {
    name,
    ttlSeconds: env.SUTRA_CACHE_TTL,
    capacity: env.SUTRA_CACHE_CAPACITY,
    connections: () => server.connections,
    refusedConnections: () => server.refusedConnections,
  };
  handler = new RequestHandler(store, facts);
  const server: TcpServer = new TcpServer({handler, secret, endReads: () => store.vectors.endReads(), onEvent: say});
  const port = await server.listen(env.SUTRA_HOST, env.SUTRA_PORT);
  state = 'serving';
  const {port: healthPort} = health.address() as AddressInfo;
  say('started', {
    host: env.SUTRA_HOST,
    port,
    healthPort,
    pid: process.pid,
    entries: store.vectors.index.count,
    secret: secret !== null,
  });
  return {
    drain: async () => {
      state = 'draining';
      say('draining');
      await server.close();
      await store.close();
      health.close();
      health.closeAllConnections();
      say('stopped', {entries: store.vectors.index.count});
    },
  };
}

function openStore(env: CacheEnvironment, say: Say, onLost: (error: Error) => void): Promise<Store> {
  return Store.open({
    folder: env.SUTRA_CACHE_DATA_DIR,
    capacity: env.SUTRA_CACHE_CAPACITY,
    ttlSeconds: env.SUTRA_CACHE_TTL,
    memoryBytes: env.SUTRA_CACHE_MEMORY_BYTES,
    sync: env.SUTRA_CACHE_SYNC,
    clocks: machineClocks,
    onDamage: ({reason, asidePath}) => say('damaged file set aside', {reason, asidePath}),
    onWritable: (writable, reason) => say(writable ? 'writable again' : 'not writable', {reason}),
    onLost,
  });
}
