import type {Gate, Score} from '../../decision/criterion.js';

const marginRatio = 0.05;

/** No request may be lost, in any repeat. */
export const allSucceed: Gate = {
  kind: 'gate',
  id: 'succeeded',
  title: 'succeeded',
  unit: '%',
  target: {compare: '=', limit: 100},
  of: 'every',
};

/** One text is one concept of the documents. */
export const rate = (weight: number): Score => ({
  kind: 'score',
  id: 'rate',
  title: 'rate',
  unit: 'texts/s',
  better: 'higher',
  weight,
  marginRatio,
});

export const p50 = (weight: number): Score => latency('p50', weight);
export const p95 = (weight: number): Score => latency('p95', weight);
export const p99 = (weight: number): Score => latency('p99', weight);

/** What an answered vector takes: its components as 32-bit floats. The cache keeps the full width whatever is answered. */
export const vectorBytes = (weight: number): Score => ({
  kind: 'score',
  id: 'vector-bytes',
  title: 'answered vector',
  unit: 'bytes',
  better: 'lower',
  weight,
  marginRatio: 0,
});

/** Of the cosines of 200 pairs of sentences, with those of the full vectors. */
export const rankAgreement: Gate = {
  kind: 'gate',
  id: 'rank-agreement',
  title: 'rank agreement',
  unit: 'Spearman',
  target: {compare: '>=', limit: 0.95},
  of: 'every',
};

/** Of the ten nearest of each sentence by the full vectors. */
export const neighboursKept: Gate = {
  kind: 'gate',
  id: 'neighbours-kept',
  title: 'neighbours kept',
  unit: 'of the nearest 10',
  target: {compare: '>=', limit: 0.8},
  of: 'every',
};

/** The usual question: mostly how much, then how fast. */
export const usualCriteria = [allSucceed, rate(3), p50(2), p99(2)];

function latency(id: string, weight: number): Score {
  return {kind: 'score', id, title: id, unit: 'ms', better: 'lower', weight, marginRatio};
}
