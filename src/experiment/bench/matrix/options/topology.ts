import {usualCriteria} from '../../bench-criteria.js';
import type {OptionSet} from '../bench-option.js';

/** The same model in each shape, cache off: what the hops and the load balancer cost. */
export const topology: OptionSet = {
  title: 'topologies',
  options: [
    {id: 'simple', title: 'simple', settings: {edition: 'simple', cache: {enabled: false}}},
    {id: 'direct', title: 'direct (no hop)', settings: {topology: 'direct', cache: {enabled: false}}},
    {id: 'community', title: 'community', settings: {edition: 'community', cache: {enabled: false}}},
    {id: 'enterprise', title: 'enterprise', settings: {edition: 'enterprise', cache: {enabled: false}}},
  ],
  criteria: usualCriteria,
  claims: [
    {
      option: 'direct',
      criterion: 'rate',
      printed: '4x embeddings',
      value: 4,
      of: 'times baseline',
      source: 'inference modernization plan',
      remark: 'the plan behind the claim also changes the runtime and the model; this measures the topology alone',
    },
  ],
};
