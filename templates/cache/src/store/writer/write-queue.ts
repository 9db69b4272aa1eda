import {l2Limits} from '@sutra/contract/l2-protocol';
import {WriteError, type WriterLink} from './writer-link.js';
import type {WriteBatch} from './writer-messages.js';

/** A record on its way to the disk. */
export interface NewRecord {
  id: number;
  used: number;
  record: Buffer;
}

type Job =
  | {kind: 'put'; records: NewRecord[]; sizeBytes: number; settle: Settle}
  | {kind: 'delete'; keys: Buffer[]; sizeBytes: number; settle: Settle}
  | {kind: 'clear'; generation: number; settle: Settle};

interface Settle {
  resolve(count: number): void;
  reject(error: unknown): void;
}

/** What the queue needs of the store: how to find rows, and to be told what is on the disk now. */
export interface Applied {
  rowsOf(keys: readonly Buffer[]): number[];
  stored(records: readonly NewRecord[]): void;
  deleted(keys: readonly Buffer[]): void;
  cleared(generation: number): void;
  failed(error: unknown): void;
}

/** One transaction takes no more than this, so that an acknowledgement does not wait for ever. */
const batchBytes = 16 * 1024 * 1024;
const rowsOfBatch = 5000;

/**
 * Group commit: while one transaction is being written, whatever comes waits, and goes into the next together. The
 * store hears of it only after the commit, in order; so does who asked.
 */
export class WriteQueue {
  readonly #link: WriterLink;
  readonly #applied: Applied;
  readonly #jobs: Job[] = [];
  #busy = false;
  #idle: (() => void)[] = [];
  /** Rows that nothing points to any more; they go with the next transaction. */
  #garbage: number[] = [];
  #moves: Float64Array = new Float64Array(0);
  waitingBytes = 0;
  commits = 0;

  constructor(link: WriterLink, applied: Applied) {
    this.#link = link;
    this.#applied = applied;
  }

  put(records: NewRecord[]): Promise<number> {
    const sizeBytes = records.reduce((sum, {record}) => sum + record.length, 0);
    this.waitingBytes += sizeBytes;
    return this.#enqueue((settle) => ({kind: 'put', records, sizeBytes, settle}));
  }

  delete(keys: Buffer[]): Promise<number> {
    const sizeBytes = keys.length * l2Limits.keyBytes;
    this.waitingBytes += sizeBytes;
    return this.#enqueue((settle) => ({kind: 'delete', keys, sizeBytes, settle}));
  }

  clear(generation: number): Promise<number> {
    return this.#enqueue((settle) => ({kind: 'clear', generation, settle}));
  }

  dropRows(ids: readonly number[]): void {
    for (const id of ids) this.#garbage.push(id);
    if (this.#garbage.length > 0) this.#wake();
  }

  /** Writes down places in the order of use. Resolves when nothing waits any more. */
  async move(moves: Float64Array): Promise<void> {
    this.#moves = moves;
    await this.settled();
  }

  /** Resolves once everything is written or refused. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#wake();
    });
  }

  /** The file is no longer the one that these were meant for. */
  forget(reason: Error): void {
    this.#garbage = [];
    this.#moves = new Float64Array(0);
    for (const job of this.#jobs.splice(0)) this.#refuse([job], reason);
  }

  #enqueue(job: (settle: Settle) => Job): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(job({resolve, reject}));
      this.#wake();
    });
  }

  /** What came with the same chunk shall be in the same transaction. */
  #wake(): void {
    if (this.#busy) return;
    this.#busy = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#jobs.length > 0 || this.#garbage.length > 0 || this.#moves.length > 0) {
      if (!(await this.#writeNext())) break;
    }
    this.#busy = false;
    for (const resolve of this.#idle.splice(0)) resolve();
    if (this.#jobs.length > 0) this.#wake();
  }

  /** False: it failed with no one to tell, so going on at once would be spinning. */
  async #writeNext(): Promise<boolean> {
    const jobs = this.#takeJobs();
    const garbage = this.#garbage.splice(0, rowsOfBatch);
    const moves = this.#moves;
    this.#moves = new Float64Array(0);
    const batch = batchOf(jobs, garbage, moves, this.#applied);
    try {
      await this.#link.ask(batch, [batch.puts.records.buffer as ArrayBuffer]);
      this.commits += 1;
      this.#apply(jobs);
      return true;
    } catch (error) {
      if (!(error instanceof WriteError && error.code === 'damaged')) this.#garbage.unshift(...garbage);
      this.#applied.failed(error);
      this.#refuse(jobs, error);
      return jobs.length > 0;
    }
  }

  /** Jobs of one kind from the front: a delete must see the puts before it, a clear everything. */
  #takeJobs(): Job[] {
    const kind = this.#jobs[0]?.kind;
    let count = 0;
    let sizeBytes = 0;
    for (const job of this.#jobs) {
      if (job.kind !== kind || (count > 0 && kind === 'clear') || sizeBytes > batchBytes) break;
      count += 1;
      if (job.kind === 'put') sizeBytes += job.sizeBytes;
    }
    return this.#jobs.splice(0, count);
  }

  #apply(jobs: Job[]): void {
    for (const job of jobs) {
      if (job.kind !== 'clear') this.waitingBytes -= job.sizeBytes;
      if (job.kind === 'put') {
        this.#applied.stored(job.records);
        job.settle.resolve(job.records.length);
      } else if (job.kind === 'delete') {
        this.#applied.deleted(job.keys);
        job.settle.resolve(job.keys.length);
      } else {
        this.#applied.cleared(job.generation);
        job.settle.resolve(1);
      }
    }
  }

  #refuse(jobs: Job[], error: unknown): void {
    for (const job of jobs) {
      if (job.kind !== 'clear') this.waitingBytes -= job.sizeBytes;
      job.settle.reject(error);
    }
  }
}

function batchOf(jobs: Job[], garbage: number[], moves: Float64Array, applied: Applied): WriteBatch {
  const records = jobs.flatMap((job) => (job.kind === 'put' ? job.records : []));
  const rows = jobs.flatMap((job) => (job.kind === 'delete' ? applied.rowsOf(job.keys) : []));
  const [first] = jobs;
  return {
    kind: 'write',
    puts: {
      ids: Float64Array.from(records, ({id}) => id),
      used: Float64Array.from(records, ({used}) => used),
      sizes: Uint32Array.from(records, ({record}) => record.length),
      records: joined(records.map(({record}) => record)),
    },
    deletes: Float64Array.from([...garbage, ...rows]),
    moves,
    clearTo: first?.kind === 'clear' ? first.generation : null,
  };
}

/** In memory of its own, which can be handed to another thread. */
function joined(records: readonly Buffer[]): Uint8Array {
  const all = new Uint8Array(records.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const record of records) {
    all.set(record, at);
    at += record.length;
  }
  return all;
}
