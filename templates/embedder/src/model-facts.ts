import type {Info} from '@sutra/contract/http-info';
import {artifactOf, type InputType, type ModelEntry} from '@sutra/contract/model-entry';

/** What serving needs to know of a model. */
export interface ModelFacts {
  id: string;
  /** Digest of the weights. */
  artifact: string;
  nativeDimension: number;
  /** On offer, widest first. */
  dimensions: number[];
  /** Of an answer whose request names none. */
  defaultDimension: number;
  pooling: string;
  windowTokens: number;
  prefixes: Partial<Record<InputType, string>>;
  batching: string;
}

export interface DimensionWishes {
  /** MATRYOSHKA_DIM */
  defaultDimension: number | undefined;
  /** SUTRA_FORCE_DIMENSIONS: comma-separated. */
  forced: string | undefined;
}

export function factsOfEntry(entry: ModelEntry, wishes: DimensionWishes): ModelFacts {
  return {
    id: entry.id,
    artifact: artifactOf(entry),
    nativeDimension: entry.nativeDimension,
    dimensions: offered(entry.dimensions, entry.nativeDimension, wishes.forced),
    defaultDimension: wishes.defaultDimension ?? entry.nativeDimension,
    pooling: entry.layerNorm ? `${entry.pooling}+layer-norm` : entry.pooling,
    windowTokens: entry.windowTokens,
    prefixes: entry.prefixes,
    batching: entry.batching,
  };
}

/** The facts as another embedder tells them; the default dimension is this edge's to choose. */
export function factsOfInfo({model}: Info, wishes: DimensionWishes): ModelFacts {
  return {
    id: model.id,
    artifact: model.artifact,
    nativeDimension: model.native_dimension,
    dimensions: offered(model.dimensions, model.native_dimension, wishes.forced),
    defaultDimension: wishes.defaultDimension ?? model.default_dimension,
    pooling: model.pooling,
    windowTokens: model.window_tokens,
    prefixes: model.prefixes,
    batching: model.batching,
  };
}

/** A dimension is cut from the full width, so that a forced one beyond it is none. */
function offered(trained: readonly number[], native: number, forced = ''): number[] {
  const vouchedFor = forced.split(',').map(Number);
  return [...new Set([...trained, ...vouchedFor])]
    .filter((dimension) => dimension >= 1 && dimension <= native)
    .sort((a, b) => b - a);
}
