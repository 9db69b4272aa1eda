/**
 * What was looked up and where it was found. A look-up is one distinct text of one request, and all its numbers change
 * in one moment, so that they always add up: what L1 misses is a hit or a miss of L2, where there is one.
 */
export class LookupCounts {
  l1Hits = 0;
  l1Misses = 0;
  l2Hits = 0;
  l2Misses = 0;
}

/** Look-ups by whose they are, and what became of the misses of both. */
export class LookupFigures {
  readonly client = new LookupCounts();
  /** Of requests that say they are tests. */
  readonly test = new LookupCounts();
  textsComputed = 0;
  /** Of the calls to the model, waiting included. */
  computeMs = 0;
}
export type Traffic = 'client' | 'test';
