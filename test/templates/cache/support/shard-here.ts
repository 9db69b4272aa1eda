import {readEnvironment} from '../../../../templates/cache/dist/environment.js';
import {type Shard, startShard} from '../../../../templates/cache/dist/shard.js';
import {type Captured, captured} from '../../../support/captured.js';
import {L2Connection} from './l2-connection.js';

/**
 * A real shard inside this process, on free ports, without the second that a process takes to start. What a process alone
 * shows (signals, a kill, its exit code) needs one: see ShardProcess. One at a time: its log is what this process prints.
 */
export class ShardHere {
  readonly #shard: Shard;
  readonly #log: Captured;
  readonly port: number;
  readonly healthPort: number;

  private constructor(shard: Shard, log: Captured) {
    this.#shard = shard;
    this.#log = log;
    const [, port, healthPort] = /"event":"started".*"port":(\d+),"healthPort":(\d+)/.exec(this.output) ?? [];
    [this.port, this.healthPort] = [Number(port), Number(healthPort)];
  }

  static async start(folder: string): Promise<ShardHere> {
    const log = captured(process.stdout);
    const env = {SUTRA_PORT: '0', SUTRA_HEALTH_PORT: '0', SUTRA_CACHE_DATA_DIR: folder};
    try {
      return new ShardHere(await startShard(readEnvironment(env), () => {}), log);
    } catch (error) {
      log[Symbol.dispose]();
      throw error;
    }
  }

  get output(): string {
    return this.#log.text();
  }

  connect(name = 'test'): Promise<L2Connection> {
    return L2Connection.open(this.port, name, null);
  }

  async end(): Promise<void> {
    await this.#shard.drain();
    this.#log[Symbol.dispose]();
  }
}
