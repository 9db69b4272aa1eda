import {join} from 'node:path';
import {l2Limits} from '@sutra/contract/l2-protocol';
import {isDamage} from './database/database-errors.js';
import {freshGeneration} from './database/generation.js';
import type {ShardClock} from './shard-clock.js';
import type {StoreOptions} from './store-options.js';
import {StoredVectors} from './stored-vectors.js';
import {WriterLink} from './writer/writer-link.js';
import type {WriterAnswer} from './writer/writer-messages.js';

interface Options {
  store: StoreOptions;
  clock: ShardClock;
  dropRows(ids: readonly number[]): void;
  onDamage(reason: string): void;
}

/** The file of a store, as both threads have it open, and the way from one that is damaged to an empty one. */
export class StoreFile {
  readonly vectors: StoredVectors;
  readonly link: WriterLink;
  readonly counters = {damagedFiles: 0, lastDamage: null as string | null};
  /** See `l2-protocol.ts`. */
  generation = 0;
  readonly #options: Options;
  readonly #path: string;
  #nextId = 1;

  constructor(options: Options) {
    const {store, clock, dropRows, onDamage} = options;
    const {folder, capacity, memoryBytes, sync, onLost} = store;
    this.#options = options;
    this.#path = join(folder, 'vectors.sqlite');
    this.vectors = new StoredVectors({path: this.#path, capacity, memoryBytes, dropRows, onDamage});
    const latestExpiryMs = this.#latestExpiryMs();
    const fresh = freshGeneration(0, clock.nowMs());
    this.link = new WriterLink({path: this.#path, sync, freshGeneration: fresh, latestExpiryMs}, onLost);
  }

  /** A row that is free. */
  takeId(): number {
    this.#nextId += 1;
    return this.#nextId - 1;
  }

  /** Throws what has nothing to do with the content: that is set aside. */
  async open(): Promise<void> {
    await this.#begin(await this.link.ready());
  }

  /** Sets the file aside for what is wrong with it, and opens an empty one. */
  async replace(reason: string): Promise<void> {
    this.vectors.close();
    await this.#begin(await this.#askReset(reason));
  }

  async #begin(answer: WriterAnswer): Promise<void> {
    this.#adopt(answer);
    try {
      this.#openVectors();
    } catch (error) {
      if (!isDamage(error, this.#path)) throw error;
      this.vectors.close();
      this.#adopt(await this.#askReset(error instanceof Error ? error.message : String(error)));
      this.#openVectors();
    }
  }

  #adopt(answer: WriterAnswer): void {
    if (answer.kind !== 'ready') throw new Error('the writing thread did not open the file');
    this.generation = answer.generation;
    if (answer.damage === null) return;
    this.counters.damagedFiles += 1;
    this.counters.lastDamage = answer.damage.reason.slice(0, l2Limits.messageLength);
    this.#options.store.onDamage(answer.damage);
  }

  #openVectors(): void {
    this.#nextId = this.vectors.open(this.#options.clock.nowMs(), this.#latestExpiryMs());
  }

  /** Of anything that is stored: no life is longer than the time to live. */
  #latestExpiryMs(): number {
    return this.#options.clock.nowMs() + 1000 * this.#options.store.ttlSeconds;
  }

  #askReset(reason: string): Promise<WriterAnswer> {
    const fresh = freshGeneration(this.generation, this.#options.clock.nowMs());
    return this.link.ask({kind: 'reset', reason, freshGeneration: fresh});
  }
}
