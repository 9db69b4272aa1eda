import {cosine} from '../../../../stats/vectors.js';
import {type Check, passIf} from '../../check.js';
import {embed} from '../../embed-call.js';

const least = 0.7;
const pairs = [
  ['The capital of France is Paris.', 'Paris is the capital city of France.'],
  ['Dogs are loyal animals.', 'Dogs are faithful creatures.'],
  ['The sun is very hot.', 'The sun has an extremely high temperature.'],
];

export const paraphrases: Check = {
  phase: 0,
  id: 'paraphrases',
  unit: 'cosine',
  target: () => `> ${least}`,
  async run({plan, system}) {
    const {embeddings} = await embed(plan.urls.api, {texts: pairs.flat(), input_type: 'document'}, system.signal);
    const cosines = pairs.map((_, index) => cosine(embeddings[2 * index] ?? [], embeddings[2 * index + 1] ?? []));
    const worst = Math.min(...cosines);
    return passIf(
      worst > least,
      Number(worst.toFixed(3)),
      `${pairs.length} pairs: ${cosines.map((c) => c.toFixed(3)).join(', ')}`,
    );
  },
};
