import type {Measured} from '../../../decision/option-evidence.js';
import {measureQuality, type Quality} from '../../quality/measure-quality.js';
import {neighboursKept, rankAgreement} from '../bench-criteria.js';
import {orReason} from '../or-reason.js';
import type {OnceMeasured} from './bench-option.js';

/** What an option's vectors keep of the meaning that the full ones have. The same texts and weights always give the same. */
export const meaningKept: OnceMeasured = {
  title: 'semantic quality of its vectors',
  async measure({plan: {dimension, model, urls}, system: {signal}}) {
    const asked = {dimension, fullDimension: model.nativeDimension, signal};
    const quality = await orReason(signal, () => measureQuality(urls.api, asked));
    const of = (name: keyof Quality): Measured =>
      typeof quality === 'string' ? {kind: 'missing', reason: quality} : {kind: 'exact', value: quality[name]};
    return {[rankAgreement.id]: of('rankAgreement'), [neighboursKept.id]: of('neighboursKept')};
  },
};
