import type {InputType} from '@sutra/contract/model-entry';
import type {ModelFacts} from './model-facts.js';

/** What is asked of every text of one call. */
export interface Wanted {
  normalise: boolean;
  /** Cut a text that is longer than the window; without it such a text is refused. */
  truncate: boolean;
  inputType: InputType | undefined;
}

/** A vector in the model's full width, from which every dimension is served. */
export interface FullVector {
  values: Float32Array;
  /** Tokens the model saw, special tokens included. */
  tokens: number;
}

/** Where vectors come from: a model in this process, or models behind an address. */
export interface VectorSource {
  /** What is known of the model; null until it is. */
  facts(): ModelFacts | null;
  /**
   * One vector a text, in order, made by the weights `facts` names. Rejects with EmbedFailure (the index of a text that
   * is too long counts in `texts`), with ModelChanged, or with the signal's reason.
   */
  compute(texts: readonly string[], wanted: Wanted, facts: ModelFacts, signal: AbortSignal): Promise<FullVector[]>;
  state(): SourceState;
  close(): Promise<void>;
}

export interface SourceState {
  /** `lost`: there was a model and it is gone for now. */
  model: 'loading' | 'ready' | 'lost';
  /** Role cached: did the last call to the models get an answer? */
  upstreamConnected?: boolean;
  /** Tokens that wait for inference. */
  queueTokens: number;
}

/** The models answered with other weights than expected; the source knows the new facts now. */
export class ModelChanged extends Error {
  override readonly name = 'ModelChanged';
}
