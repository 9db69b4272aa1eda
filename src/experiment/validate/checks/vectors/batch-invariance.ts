import {cosine} from '../../../../stats/vectors.js';
import {type Check, passIf} from '../../check.js';
import {embed} from '../../embed-call.js';

const least = 0.9999;

/** A vector must not depend on what else was in its batch: a cache would keep whatever the traffic made of it. */
export const batchInvariance: Check = {
  phase: 0,
  id: 'batch-invariance',
  unit: 'cosine',
  target: () => `>= ${least}`,
  async run({plan, system}) {
    const texts = ['short', 'a text of middling length, to be padded', `${'a long text '.repeat(12)}with an end`];
    const url = plan.urls.loadBalancer ?? plan.urls.api;
    const together = await embed(url, {texts}, system.signal);
    let worst = 1;
    for (const [index, text] of texts.entries()) {
      const alone = await embed(url, {texts: [text]}, system.signal);
      worst = Math.min(worst, cosine(alone.embeddings[0] ?? [], together.embeddings[index] ?? []));
    }
    return passIf(
      worst >= least,
      Number(worst.toFixed(6)),
      `a text alone compared with the same text in a batch, worst of ${texts.length} lengths`,
    );
  },
};
