import {usualCriteria} from '../../bench-criteria.js';
import type {BenchOption, OptionSet} from '../bench-option.js';

/** Model replicas behind the load balancer, cache off so that they have work. */
export const replicas: OptionSet = {
  title: 'model replicas',
  options: [option(1), option(2), option(3), option(5)],
  criteria: usualCriteria,
  claims: [
    {
      option: '3',
      criterion: 'rate',
      printed: '3x',
      value: 3,
      of: 'times baseline',
      source: 'HA plan, task 3.1',
      remark: 'needs three times the cores: replicas on one machine share its cores',
    },
  ],
};

function option(count: number): BenchOption {
  const title = count === 1 ? '1 replica' : `${count} replicas`;
  return {id: String(count), title, settings: {edition: 'community', replicas: count, cache: {enabled: false}}};
}
