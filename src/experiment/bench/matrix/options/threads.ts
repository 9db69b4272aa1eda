import {usualCriteria} from '../../bench-criteria.js';
import type {BenchOption, OptionSet} from '../bench-option.js';

/** How one replica divides two cores: sessions side by side, or one session of several threads. No claim is known. */
export const threads: OptionSet = {
  title: 'sessions and threads',
  options: [option(1, 1), option(1, 2), option(2, 1)],
  criteria: usualCriteria,
  claims: [],
};

function option(workers: number, threadsPerWorker: number): BenchOption {
  const sessions = workers === 1 ? '1 session' : `${workers} sessions`;
  const each = threadsPerWorker === 1 ? '1 thread' : `${threadsPerWorker} threads`;
  return {
    id: `${workers}x${threadsPerWorker}`,
    title: `${sessions} of ${each}`,
    settings: {edition: 'simple', cache: {enabled: false}},
    inference: {workers, threadsPerWorker},
  };
}
