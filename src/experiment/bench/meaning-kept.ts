import type {Measured} from '../../decision/option-evidence.js';
import {SutraError} from '../../errors.js';
import {measureQuality, type Quality} from '../quality/measure-quality.js';
import {neighboursKept, rankAgreement} from './bench-criteria.js';
import type {OnceMeasured} from './bench-option.js';
import type {LoadedStack} from './stack-figures.js';

/** What an option's vectors keep of the meaning that the full ones have. The same texts and weights always give the same. */
export const meaningKept: OnceMeasured = {
  title: 'what its vectors keep of the meaning',
  async measure(stack) {
    const quality = await qualityOf(stack);
    const of = (name: keyof Quality): Measured =>
      typeof quality === 'string' ? {kind: 'missing', reason: quality} : {kind: 'exact', value: quality[name]};
    return {[rankAgreement.id]: of('rankAgreement'), [neighboursKept.id]: of('neighboursKept')};
  },
};

/** Or why there is none: a figure beside the load is no reason to lose the load. */
async function qualityOf({plan, system: {signal}}: LoadedStack): Promise<Quality | string> {
  const {dimension, model, urls} = plan;
  try {
    return await measureQuality(urls.api, {dimension, fullDimension: model.nativeDimension, signal});
  } catch (error) {
    if (signal.aborted) return 'interrupted';
    if (error instanceof SutraError) return error.message;
    throw error;
  }
}
