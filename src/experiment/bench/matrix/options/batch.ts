import {usualCriteria} from '../../bench-criteria.js';
import type {BenchOption, OptionSet} from '../bench-option.js';

/** Texts in one request, cache off. Latencies are of a request, so larger ones are slower and give more. */
export const batch: OptionSet = {
  title: 'texts per request',
  options: [option(1), option(10), option(32)],
  criteria: usualCriteria,
  claims: [
    {
      option: '10',
      criterion: 'rate',
      printed: '6x (10 x 50 ms to 80 ms)',
      value: 6,
      of: 'times baseline',
      source: 'v3.3 decision guide, batch endpoint',
      remark: '500 / 80 is 6.25; holds where a call costs more than a text',
    },
  ],
};

function option(textsPerRequest: number): BenchOption {
  const title = textsPerRequest === 1 ? '1 text' : `${textsPerRequest} texts`;
  return {id: String(textsPerRequest), title, settings: {cache: {enabled: false}}, load: {textsPerRequest}};
}
