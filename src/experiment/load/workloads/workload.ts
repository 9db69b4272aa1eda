import type {z} from 'zod';
import type {WorkerShare} from '../request/schedule.js';
import type {WordRange} from './text-of-key.js';

/** What a workload read from a file; typed arrays on shared memory, so that no worker copies it. */
export interface WorkloadFile {
  texts?: TextTable;
  trace?: Trace;
}

export interface TextTable {
  /** UTF-8, one text after another. */
  bytes: Uint8Array;
  /** Where each begins, and where the last ends. */
  offsets: Float64Array;
}

export interface Trace {
  /** From the first row, ascending. */
  timesMs: Float64Array;
  words: Uint32Array;
}

export interface DrawContext {
  random: () => number;
  seed: number;
  words: WordRange;
  share: WorkerShare;
  file: WorkloadFile;
}

/** One way to choose the next text. One small file each; the table is workloads.ts. */
export interface WorkloadKind<Parameters = Record<string, unknown>> {
  /** As it is typed after `--workload`. */
  usage: string;
  says: string;
  /** In the order they are typed, separated by colons. */
  parameters: z.ZodType<Parameters> & {shape: Record<string, unknown>};
  /** Where a file is needed. */
  read?(parameters: Parameters, signal: AbortSignal): Promise<WorkloadFile>;
  /** Gives the texts one after another: the same for the same seed. */
  draw(parameters: Parameters, context: DrawContext): () => string;
}
