import type {Claim} from '../../../../decision/claim.js';
import {allSucceed, p50, p99, rate, vectorBytes} from '../../bench-criteria.js';
import type {OptionSet} from '../bench-option.js';
import {keptBytesId} from '../kept-bytes.js';

const table = 'v3.0 release document, performance comparison';
const claim = (option: string, criterion: string, printed: string, value: number, remark?: string): Claim => ({
  option,
  criterion,
  printed,
  value,
  of: 'value',
  source: table,
  ...(remark === undefined ? {} : {remark}),
});
const times = (option: string, printed: string, value: number, remark: string): Claim => ({
  ...claim(option, 'rate', printed, value, remark),
  of: 'times baseline',
});

const fullWidth =
  'the cache keeps the full width, to serve every dimension from it; what is returned, and stored by clients, is 1,024 bytes: a third, not an eighteenth';
const afterInference = 'a shorter vector is cut after inference: it saves storage and bandwidth, not computing';

/** The documents' own table: v2.0, then each of their three phases on top of the one before. */
export const phases: OptionSet = {
  title: 'phases of the design documents',
  options: [
    {
      id: 'v2.0',
      title: 'v2.0 (768, no cache, one model)',
      settings: {edition: 'simple', dimension: 768, cache: {enabled: false}},
      given: {'vector-bytes': 3_072},
    },
    {
      id: 'phase-0',
      title: 'phase 0 (256)',
      settings: {edition: 'simple', dimension: 256, cache: {enabled: false}},
      given: {'vector-bytes': 1_024},
    },
    {
      id: 'phase-0-1',
      title: 'phase 0+1 (256, cache)',
      settings: {edition: 'simple', dimension: 256, cache: {enabled: true}},
      given: {'vector-bytes': 1_024},
    },
    {
      id: 'phase-0-1-2',
      title: 'phase 0+1+2 (256, cache, three replicas)',
      settings: {edition: 'community', replicas: 3, dimension: 256, cache: {enabled: true}},
      given: {'vector-bytes': 1_024},
    },
  ],
  criteria: [allSucceed, rate(3), p50(2), p99(2), vectorBytes(1)],
  claims: [
    claim('v2.0', 'rate', '0.14 concepts/s', 0.14, 'measured while a wrong width made every request try four times'),
    claim('v2.0', 'p50', '2000 ms', 2_000),
    claim('phase-0', 'rate', '0.42 concepts/s', 0.42),
    times('phase-0', '3x', 3, afterInference),
    claim('phase-0', 'p50', '667 ms', 667, afterInference),
    claim('phase-0-1', 'rate', '0.98 concepts/s', 0.98),
    claim('phase-0-1', keptBytesId, '1 KB', 1_024, fullWidth),
    times('phase-0-1', '7x', 7, 'depends on how often texts repeat'),
    claim('phase-0-1', 'p50', '50 ms (hit)', 50, 'a hit; the mean with their 85 % of hits would be 98 ms'),
    claim('phase-0-1-2', 'rate', '8.8 concepts/s', 8.8, '1,500 users send 2.6 per second on average and 7.8 at peak'),
    times('phase-0-1-2', '21x', 21, '8.8 / 0.14 is 63 times; 3 x 2.33 x 3 is 21 times, which gives 2.9'),
    claim('phase-0-1-2', 'p50', '50 ms (hit)', 50),
    {
      ...claim('phase-0-1-2', 'rate', '520 requests/s', 520, '55 requests of very short texts, all repeated'),
      source: 'v3.3 decision guide, current achievement',
    },
    {
      ...claim('phase-0-1-2', 'p50', '5-9 ms', 9, 'the same 55 requests'),
      source: 'v3.3 decision guide, current achievement',
    },
  ],
};
