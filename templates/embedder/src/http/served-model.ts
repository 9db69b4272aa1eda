import {EmbedFailure} from '../failure.js';
import type {ModelFacts} from '../model-facts.js';

/**
 * A request may name the model in service, by its id or by its name without the owner, in any case. Another name is
 * refused: answering it with this model would hand out vectors that are not comparable with what was asked for.
 */
export function refuseOtherModel(asked: string | undefined, {id}: ModelFacts): void {
  if (asked === undefined) return;
  const names = [id, id.slice(id.indexOf('/') + 1)];
  if (names.some((name) => name.toLowerCase() === asked.toLowerCase())) return;
  throw new EmbedFailure('unknown_model', `the model here is ${id}`, {details: {served: names}});
}
