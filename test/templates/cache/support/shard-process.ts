import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {L2Connection} from './l2-connection.js';

const main = fileURLToPath(new URL('../../../../templates/cache/dist/main.js', import.meta.url));

/** A real shard as a process of its own, on free ports. */
export class ShardProcess {
  readonly child: ChildProcess;
  port = 0;
  healthPort = 0;
  output = '';
  #moves = 0;

  private constructor(folder: string, env: Record<string, string>) {
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        SUTRA_PORT: '0',
        SUTRA_HEALTH_PORT: '0',
        SUTRA_CACHE_DATA_DIR: folder,
        ...env,
      },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  static async start(folder: string, env: Record<string, string> = {}): Promise<ShardProcess> {
    const shard = new ShardProcess(folder, env);
    const started = await shard.waitFor(/"event":"started".*"port":(\d+),"healthPort":(\d+)/);
    [shard.port, shard.healthPort] = [Number(started[1]), Number(started[2])];
    return shard;
  }

  connect(name = 'test', secret: string | null = null): Promise<L2Connection> {
    return L2Connection.open(this.port, name, secret);
  }

  async waitFor(pattern: RegExp): Promise<RegExpMatchArray> {
    for (let tries = 0; tries < 1000; tries += 1) {
      const match = this.output.match(pattern);
      if (match !== null) return match;
      if (this.child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the shard did not say ${pattern}: ${this.output}`);
  }

  /** One that was started with `movableClock`. */
  async moveClock(): Promise<void> {
    this.#moves += 1;
    this.child.kill('SIGUSR2');
    await this.waitFor(new RegExp(`"event":"clock moved","moves":${this.#moves}}`));
  }

  /** Resident bytes. */
  async rssBytes(): Promise<number> {
    const {readFile} = await import('node:fs/promises');
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(status.match(/VmRSS:\s+(\d+)/)?.[1]) * 1024;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = await exit;
    return code;
  }
}
