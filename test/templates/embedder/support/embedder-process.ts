import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

const main = fileURLToPath(new URL('../../../../templates/embedder/dist/main.js', import.meta.url));

export interface Exit {
  code: number | null;
  signal: string | null;
}

export interface EmbedderProcess extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  url: string;
  pid: number;
  /** Lifecycle lines so far. */
  events: Record<string, unknown>[];
  kill(signal: NodeJS.Signals): void;
  exited: Promise<Exit>;
}

/** The built embedder as a process of its own, on a free port; returns when it listens. */
export async function startEmbedder(env: Record<string, string>): Promise<EmbedderProcess> {
  const child = spawn(process.execPath, [main], {
    env: {PATH: process.env.PATH, SUTRA_PORT: '0', SUTRA_DRAIN_MS: '0', ...env},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: Record<string, unknown>[] = [];
  const exited = once(child, 'exit').then(([code, signal]): Exit => ({code, signal}));
  const started = Promise.withResolvers<string>();
  createInterface({input: child.stdout}).on('line', (line) => {
    const event: Record<string, unknown> = JSON.parse(line);
    events.push(event);
    if (event.event === 'started') started.resolve(String(event.url));
  });
  exited.then(({code, signal}) => started.reject(new Error(`the embedder ended with ${code ?? signal}`)));
  return {
    url: await started.promise,
    pid: child.pid ?? 0,
    events,
    exited,
    kill: (signal) => child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The same, returned when `/health` is 200. */
export async function startLoadedEmbedder(env: Record<string, string>): Promise<EmbedderProcess> {
  const embedder = await startEmbedder(env);
  for (;;) {
    const health = await fetch(`${embedder.url}/health`);
    await health.body?.cancel();
    if (health.ok) return embedder;
    await sleep(50);
  }
}
