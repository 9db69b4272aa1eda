import type {Claim} from '../../../../decision/claim.js';
import {allSucceed, neighboursKept, p50, p99, rankAgreement, rate, vectorBytes} from '../../bench-criteria.js';
import type {BenchOption, OptionSet} from '../bench-option.js';
import {meaningKept} from '../meaning-kept.js';

/** Width, and what the documents say a text takes at it. */
const claimedMs = {768: 2_000, 512: 1_333, 256: 667, 128: 333, 64: 167};
const remark = 'a shorter vector is cut after inference: it saves storage and bandwidth, not computing';

/** Matryoshka widths of one model, cache off so that each text is computed. */
export const dimensions: OptionSet = {
  title: 'dimensions',
  options: [option(768), option(512), option(256), option(128), option(64)],
  criteria: [allSucceed, rankAgreement, neighboursKept, rate(2), p50(2), p99(1), vectorBytes(2)],
  alsoMeasured: meaningKept,
  claims: Object.entries(claimedMs).map(
    ([dimension, ms]): Claim => ({
      option: dimension,
      criterion: 'p50',
      printed: `${ms} ms`,
      value: ms,
      of: 'value',
      source: 'Matryoshka design, dimensions',
      ...(dimension === '768' ? {} : {remark}),
    }),
  ),
};

function option(dimension: number): BenchOption {
  return {
    id: String(dimension),
    title: `${dimension} numbers`,
    settings: {dimension, cache: {enabled: false}},
    given: {'vector-bytes': dimension * 4},
  };
}
