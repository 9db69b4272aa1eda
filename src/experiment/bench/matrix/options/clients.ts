import {usualCriteria} from '../../bench-criteria.js';
import type {BenchOption, OptionSet} from '../bench-option.js';

/** How many ask at once, each waiting for its answer. */
export const clients: OptionSet = {
  title: 'clients at once',
  options: [option(1), option(2), option(5), option(10)],
  criteria: usualCriteria,
  claims: [claim('2', '100 % succeed', 100), claim('5', '40 % succeed', 40), claim('10', '0 % succeed', 0)],
};

function option(connections: number): BenchOption {
  const title = connections === 1 ? '1 client' : `${connections} clients`;
  return {id: String(connections), title, settings: {cache: {enabled: false}}, load: {connections}};
}

function claim(clientsAtOnce: string, printed: string, value: number) {
  return {
    option: clientsAtOnce,
    criterion: 'succeeded',
    printed,
    value,
    of: 'value' as const,
    source: 'scaling initiative, financial case',
    remark: 'with a time-out of 60 s and one request at a time in the model',
  };
}
