import type {InstanceRecord} from '../state-file.js';
import type {InstanceEvent, InstanceWorld} from './instance-world.js';

interface Exit {
  code: number | null;
  signal: string | null;
}

/** What has happened to one instance: counted for its status, and told to the journal. */
export class InstanceHistory {
  restarts = 0;
  lastExit: InstanceRecord['lastExit'] = null;
  /** Why it is not as it should be; null where it is. */
  problem: string | null = null;
  readonly #record: InstanceWorld['record'];
  readonly #name: string;

  constructor({record}: Pick<InstanceWorld, 'record'>, name: string) {
    this.#record = record;
    this.#name = name;
  }

  /** As an earlier supervisor wrote it down. */
  resume({restarts, lastExit}: InstanceRecord): void {
    this.restarts = restarts;
    this.lastExit = lastExit;
  }

  event(kind: InstanceEvent, cause: string, pid: number | null): void {
    this.#record({kind, entity: this.#name, cause, data: {pid, restarts: this.restarts}});
  }

  /** It has ended; as a crash, where nobody had ended it. */
  ended(exit: Exit, crash: {cause: string; pid: number | null} | null): void {
    this.lastExit = {...exit, atMs: Date.now()};
    if (crash === null) return;
    const {cause, pid} = crash;
    this.#record({kind: 'crash', entity: this.#name, cause, data: {pid, restarts: this.restarts, ...exit}});
  }
}
