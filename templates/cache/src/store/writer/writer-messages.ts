/** What the store asks of its writing thread. One message, one answer, in order. */
export type WriterRequest =
  | WriteBatch
  /** Checks rows after `afterId`, at most `count`. */
  | {kind: 'verify'; afterId: number; count: number}
  /** The file turned out to be damaged: set aside, start empty. */
  | {kind: 'reset'; reason: string; freshGeneration: number}
  /** Folds the log into the file and closes. */
  | {kind: 'close'};

/** All of it in one transaction. */
export interface WriteBatch {
  kind: 'write';
  puts: {ids: Float64Array; used: Float64Array; sizes: Uint32Array; records: Uint8Array};
  /** Rows. */
  deletes: Float64Array;
  /** [row, place in the order of use, ...]. */
  moves: Float64Array;
  /** Deletes everything first, and this is the new generation. Null: no. */
  clearTo: number | null;
}

export interface WriterFailure {
  code: 'disk_full' | 'storage_failed' | 'damaged';
  message: string;
}

export type WriterAnswer =
  | {kind: 'ready'; generation: number; damage: Damage | null}
  | {kind: 'written'}
  | {kind: 'verified'; checked: number; badIds: number[]; lastId: number | null}
  | {kind: 'closed'}
  | {kind: 'failed'; failure: WriterFailure};

export interface Damage {
  reason: string;
  asidePath: string;
}

export interface WriterOptions {
  path: string;
  sync: 'normal' | 'full';
  freshGeneration: number;
  latestExpiryMs: number;
}
