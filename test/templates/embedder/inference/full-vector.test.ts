import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {fullVector, type HiddenState, inDimension} from '../../../../templates/embedder/src/inference/full-vector.js';
import {ModelSession} from '../../../../templates/embedder/src/inference/model-session.js';
import {TokenEncoder} from '../../../../templates/embedder/src/inference/token-encoder.js';
import {largestDifference, norm} from '../support/embed-client.js';
import {miniLmId, modelOf, pullTimeoutMs} from '../support/model.js';

const texts = ['Dogs are loyal animals.', 'The sun is very hot, and the moon is not; both are far away from here.'];

describe('the vector made of a hidden state of a real model', () => {
  let state: HiddenState;
  let tokens: number[];

  beforeAll(async () => {
    const {folder, entry} = await modelOf(miniLmId);
    const session = await ModelSession.load(join(folder, 'model.onnx'), entry.nativeDimension, 1);
    const encoder = new TokenEncoder(join(folder, 'tokenizer.json'));
    const ids = texts.map((text) => encoder.encode(text));
    tokens = ids.map((list) => list.length);
    state = await session.hidden(ids);
  }, pullTimeoutMs);

  const ours = (row: number, pooling: 'mean' | 'cls', layerNorm: boolean, normalise: boolean) =>
    fullVector(state, row, tokens[row] ?? 0, {pooling, layerNorm}, normalise);

  it('was made of a padded batch', () => {
    expect(tokens[0]).toBeLessThan(state.length);
    expect(tokens[1]).toBe(state.length);
  });

  it.each([
    ['mean', false],
    ['mean', true],
    ['cls', false],
    ['cls', true],
  ] as const)('%s pooling, layer norm %s: every component is the formula’s to 1e-6', (pooling, layerNorm) => {
    for (const row of [0, 1]) {
      const x = pooledByFormula(state, row, pooling === 'cls' ? 1 : (tokens[row] ?? 0));
      const y = layerNorm ? layerNormByFormula(x) : x;
      expect(largestDifference(ours(row, pooling, layerNorm, false), y)).toBeLessThan(1e-6 * scaleOf(y));
      expect(largestDifference(ours(row, pooling, layerNorm, true), unitByFormula(y))).toBeLessThan(1e-6);
    }
  });

  it('layer norm changes components, which a cosine would not show', () => {
    expect(largestDifference(ours(0, 'mean', true, false), ours(0, 'mean', false, false))).toBeGreaterThan(0.1);
  });

  it.each([384, 256, 128, 64, 1])('in dimension %i it is LN(x)[0:D] over its own norm', (dimension) => {
    const y = layerNormByFormula(pooledByFormula(state, 0, tokens[0] ?? 0)).slice(0, dimension);
    const unit = inDimension(ours(0, 'mean', true, true), dimension, true);
    expect(unit).toHaveLength(dimension);
    expect(norm(unit)).toBeCloseTo(1, 6);
    expect(largestDifference(unit, unitByFormula(y))).toBeLessThan(1e-6);
    const raw = inDimension(ours(0, 'mean', true, false), dimension, false);
    expect(largestDifference(raw, y)).toBeLessThan(1e-6 * scaleOf(y));
  });
});

describe('the vector of a broken hidden state', () => {
  const recipe = {pooling: 'mean', layerNorm: false} as const;

  it('is refused when the model gave no finite number', () => {
    const values = Float32Array.of(1, Number.NaN);
    expect(() => fullVector({values, length: 1, width: 2}, 0, 1, recipe, true)).toThrow('not a finite number');
  });

  it('stays zero when it is zero: it has no direction', () => {
    const values = new Float32Array(2);
    expect([...fullVector({values, length: 1, width: 2}, 0, 1, recipe, true)]).toEqual([0, 0]);
  });
});

/** Mean with an attention mask, written as the sentence-transformers page has it: sum(h * mask) / sum(mask). */
function pooledByFormula({values, length, width}: HiddenState, row: number, tokens: number): number[] {
  const mask = Array.from({length}, (_, token) => (token < tokens ? 1 : 0));
  return Array.from({length: width}, (_, i) => {
    const weighted = mask.map((weight, token) => weight * (values[(row * length + token) * width + i] ?? 0));
    return sum(weighted) / sum(mask);
  });
}

/** (x - E[x]) / sqrt(E[x²] - E[x]² + 1e-5): another way to the variance than the code's. */
function layerNormByFormula(x: number[]): number[] {
  const mean = sum(x) / x.length;
  const variance = sum(x.map((value) => value * value)) / x.length - mean * mean;
  return x.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
}

function unitByFormula(y: number[]): number[] {
  return y.map((value) => value / Math.hypot(...y));
}

/** float32 keeps 7 digits: the bound is relative for values above 1. */
function scaleOf(y: number[]): number {
  return Math.max(1, ...y.map(Math.abs));
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
