import {type ChildProcess, spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));

interface Place {
  port: number;
  modelsPort: number;
  /** A checkout of the product that was built. */
  checkout?: string;
  profileFolder?: string | undefined;
}

/** Starts an embedder with a cache in memory before models that answer on `modelsPort`. */
export function startEmbedder({port, modelsPort, checkout = here, profileFolder}: Place): ChildProcess {
  const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  return spawn(process.execPath, [...profile, join(checkout, 'templates/embedder/dist/main.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      SUTRA_ROLE: 'cached',
      SUTRA_SERVICE_NAME: 'embedding-service-1',
      SUTRA_PORT: String(port),
      SUTRA_DRAIN_MS: '0',
      ML_BASE_URL: `http://127.0.0.1:${modelsPort}`,
    },
  });
}

/** Asked until it is 200. */
export async function answerOf(port: number, body: string): Promise<Buffer> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/embed`, {method: 'POST', body}).catch(() => null);
    if (answer?.ok) return Buffer.from(await answer.arrayBuffer());
    await sleep(50);
  }
  throw new Error(`port ${port} does not answer`);
}

/** Processor time of a process so far, user and system. NaN where there is no /proc. */
export function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}
