import {largestDifference, unitPrefix} from '../../stats/vectors.js';
import {type EmbedBody, embed} from './embed-call.js';
import type {StackUnderTest} from './stack-under-test.js';

/**
 * Asks for one text in every dimension the model offers: the largest difference of a component to the beginning of the
 * full vector, scaled to length 1. Infinite where an answer has another width.
 */
export async function prefixDifference({plan, system}: StackUnderTest, body: EmbedBody): Promise<number> {
  const ask = async (dimension: number) => {
    const {embeddings} = await embed(plan.urls.api, {...body, dimension}, system.signal);
    return embeddings[0] ?? [];
  };
  const whole = await ask(plan.model.nativeDimension);
  let worst = 0;
  for (const dimension of plan.model.dimensions) {
    worst = Math.max(worst, largestDifference(await ask(dimension), unitPrefix(whole, dimension)));
  }
  return worst;
}
