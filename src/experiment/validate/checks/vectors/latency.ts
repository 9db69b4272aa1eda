import {randomUUID} from 'node:crypto';
import {median} from '../../../../stats/quantile.js';
import {type Check, passIf} from '../../check.js';
import {embed} from '../../embed-call.js';

const samples = 7;
/** The earlier validator's limits by dimension. That 256 would be faster than 768 is its claim; truncation comes after inference. */
const limitsMs: [atMost: number, limitMs: number][] = [
  [256, 1_000],
  [512, 1_500],
  [Number.POSITIVE_INFINITY, 2_500],
];

export const latency: Check = {
  phase: 0,
  id: 'latency',
  unit: 'ms',
  target: ({plan}) => `< ${limitMs(plan.dimension)}`,
  async run({plan, system}) {
    const run = randomUUID();
    const times: number[] = [];
    for (let sample = 0; sample < samples; sample += 1) {
      const start = performance.now();
      await embed(plan.urls.api, {texts: [`latency of a new text ${run} ${sample}`]}, system.signal);
      times.push(performance.now() - start);
    }
    const middle = median(times);
    return passIf(
      middle < limitMs(plan.dimension),
      Math.round(middle),
      `median of ${samples} texts that are not cached`,
    );
  },
};

function limitMs(dimension: number): number {
  return limitsMs.find(([atMost]) => dimension <= atMost)?.[1] ?? Number.NaN;
}
