import type {BodyShape} from './load-job.js';

/** How many texts a request asks for in the mean. A body that has none of ours in it counts as one, whatever it says. */
export function textsPerRequest({template, batch}: BodyShape): number {
  const lists = (template ?? '').split('{{texts}}').length - 1;
  const singles = (template ?? '').split('{{text}}').length - 1;
  return Math.max(1, (lists * (batch.least + batch.most)) / 2 + singles);
}
