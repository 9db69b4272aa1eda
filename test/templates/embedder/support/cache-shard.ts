import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const main = fileURLToPath(new URL('../../../../templates/cache/dist/main.js', import.meta.url));

export interface CacheShard extends AsyncDisposable {
  port: number;
  /** What an embedder must know to use it. */
  env: {SUTRA_CACHE_HOST: string; SUTRA_CACHE_PORT: string};
  /** Lifecycle lines so far. */
  events: Record<string, unknown>[];
  kill(signal: NodeJS.Signals): void;
  /** Ends this one with SIGKILL and starts another on the same port and folder. */
  restart(): Promise<void>;
}

/** The built cache shard as a process of its own, on a free port, with an empty folder. */
export async function startShard(shardEnv: Record<string, string> = {}): Promise<CacheShard> {
  const folder = await mkdtemp(join(tmpdir(), 'sutra-shard-'));
  let running = await launch(folder, 0, shardEnv);
  const {port} = running;
  const end = async () => {
    running.child.kill('SIGKILL');
    await running.exited;
  };
  return {
    port,
    env: {SUTRA_CACHE_HOST: '127.0.0.1', SUTRA_CACHE_PORT: String(port)},
    get events() {
      return running.events;
    },
    kill: (signal) => running.child.kill(signal),
    restart: async () => {
      await end();
      running = await launch(folder, port, shardEnv);
    },
    [Symbol.asyncDispose]: async () => {
      await end();
      await rm(folder, {recursive: true, force: true});
    },
  };
}

async function launch(folder: string, port: number, shardEnv: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      SUTRA_PORT: String(port),
      SUTRA_HEALTH_PORT: '0',
      SUTRA_CACHE_DATA_DIR: folder,
      ...shardEnv,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const events: Record<string, unknown>[] = [];
  const started = Promise.withResolvers<number>();
  createInterface({input: child.stdout}).on('line', (line) => {
    const event: Record<string, unknown> = JSON.parse(line);
    events.push(event);
    if (event.event === 'started') started.resolve(Number(event.port));
  });
  exited.then(() => started.reject(new Error('the shard ended')));
  return {child, exited, events, port: await started.promise};
}
