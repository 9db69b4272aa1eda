import {SutraError} from '../../errors.js';
import {neighbourOverlap} from '../../stats/neighbour-overlap.js';
import {spearman} from '../../stats/spearman.js';
import {cosine} from '../../stats/vectors.js';
import {embed} from '../validate/embed-call.js';
import {sentencePairs, sentences} from './sentence-pairs.js';

export interface Quality {
  /** Spearman's rank correlation of the cosines of 200 pairs with those at full width, -1 to 1. */
  rankAgreement: number;
  /** Mean share of the ten nearest of 120 sentences that are the ten nearest at full width too, 0 to 1. */
  neighboursKept: number;
}

interface Asked {
  dimension: number;
  /** The model's own. */
  fullDimension: number;
  signal: AbortSignal;
}

const neighbours = 10;
/** Small enough for the deadline of one request on a slow machine. */
const textsPerRequest = 24;

/**
 * What vectors of `dimension` numbers keep of the meaning that the full ones have, asked of the `/embed` of a running stack.
 * The sentences are embedded twice, at the full width too where that is what is asked about. Throws NETWORK, also where
 * an answer has another width, and STATE where all pairs are equally alike.
 */
export async function measureQuality(baseUrl: string, {dimension, fullDimension, signal}: Asked): Promise<Quality> {
  const full = await vectorsOf(baseUrl, fullDimension, signal);
  const own = await vectorsOf(baseUrl, dimension, signal);
  const rankAgreement = spearman(pairCosines(full), pairCosines(own));
  if (Number.isNaN(rankAgreement)) {
    throw new SutraError(
      'STATE',
      `${baseUrl}/embed finds all pairs of sentences equally alike: there is nothing to rank`,
    );
  }
  return {rankAgreement, neighboursKept: neighbourOverlap(full, own, neighbours)};
}

/** One row a sentence. */
async function vectorsOf(baseUrl: string, dimension: number, signal: AbortSignal): Promise<number[][]> {
  const rows: number[][] = [];
  for (let first = 0; first < sentences.length; first += textsPerRequest) {
    const texts = sentences.slice(first, first + textsPerRequest);
    const {embeddings} = await embed(baseUrl, {texts, dimension, input_type: 'clustering'}, signal);
    const width = embeddings.find((row) => row.length !== dimension)?.length ?? dimension;
    if (embeddings.length !== texts.length || width !== dimension) {
      const came = `${embeddings.length} vectors of ${width} numbers`;
      const wanted = `${texts.length} of ${dimension}`;
      throw new SutraError('NETWORK', `${baseUrl}/embed answered with ${came} instead of ${wanted}`);
    }
    rows.push(...embeddings);
  }
  return rows;
}

function pairCosines(rows: readonly (readonly number[])[]): number[] {
  return sentencePairs.map(({of: [a, b]}) => cosine(rows[a] ?? [], rows[b] ?? []));
}
