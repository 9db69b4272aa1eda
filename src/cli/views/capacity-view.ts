import type {Measured} from '../../decision/option-evidence.js';
import type {Verdict} from '../../decision/verdict.js';
import {cachedHint, capacityAnswer, capacityTable, kneeChart} from '../../report/bench/capacity-text.js';
import {wrapped} from '../../report/wrap.js';
import {columns} from '../columns.js';
import {paint} from '../paint.js';
import {verdictColour} from './verdict-colour.js';

interface ShownCapacity {
  trials: Parameters<typeof capacityTable>[0];
  capacityPerSecond: number | null;
  fromCache: Measured;
  verdict: Verdict;
  reason: string;
}

/** The trials, where they bend, and the answer; a hint where it is the cache's more than the model's. */
export function capacityView({trials, capacityPerSecond, fromCache, verdict, reason}: ShownCapacity): string {
  const width = columns();
  const shown = [capacityTable(trials, width), kneeChart(trials)].filter((part) => part !== '');
  const answer = paint.strong(capacityAnswer(capacityPerSecond, fromCache));
  const hint = cachedHint(fromCache);
  return [
    ...(trials.length > 0 ? [`\n${shown.join('\n\n')}\n`] : []),
    wrapped(`${answer} (${verdictColour[verdict](verdict)}): ${reason}`, width),
    ...(hint === '' ? [] : [wrapped(paint.unsure(hint), width)]),
  ].join('\n');
}
