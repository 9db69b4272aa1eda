import type {ModelEntry} from '@sutra/contract/model-entry';

/** Given to an inference worker at its start. */
export interface WorkerSetup {
  modelDir: string;
  entry: ModelEntry;
  threads: number;
}

export interface WorkerText {
  /** Chosen by the sender, unique in the batch. */
  id: number;
  /** With its prefix. */
  text: string;
  normalise: boolean;
  truncate: boolean;
}

/**
 * To a worker: one batch, which it answers with `vectors` after every run, `refused` and `failed` texts, and one `done`;
 * or the word to end itself after the batch it is in.
 */
export type WorkerOrder = {type: 'batch'; texts: WorkerText[]} | {type: 'end'};

/** From a worker. */
export type WorkerMessage =
  | {type: 'ready'; tokenBudget: number; tokensPerMs: number}
  | VectorsMessage
  /** A text longer than the window. */
  | {type: 'refused'; id: number; tokens: number}
  /** The runtime failed on a run. */
  | {type: 'failed'; ids: number[]; reason: string}
  | {type: 'done'};

export interface VectorsMessage {
  type: 'vectors';
  ids: number[];
  /** One row a text, full width. */
  values: Float32Array<ArrayBuffer>;
  tokens: number[];
  runMs: number;
}
