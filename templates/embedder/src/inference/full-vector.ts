/** The last hidden state of one run: `values` is [texts, length, width], row-major, padded on the right. */
export interface HiddenState {
  values: Float32Array;
  /** Tokens of a row, padding included. */
  length: number;
  width: number;
}

export interface VectorRecipe {
  pooling: 'mean' | 'cls';
  layerNorm: boolean;
}

/** Of layer normalisation, as PyTorch has it. */
const epsilon = 1e-5;

/**
 * The vector of one text in full width: pooled over its own tokens, layer-normalised without affine where the recipe
 * says so, scaled to norm 1 if asked. Sums are kept in double precision. Throws if the model gave no finite number.
 */
export function fullVector(
  state: HiddenState,
  row: number,
  tokens: number,
  recipe: VectorRecipe,
  normalise: boolean,
): Float32Array {
  const pooled = pool(state, row, recipe.pooling === 'cls' ? 1 : tokens);
  if (recipe.layerNorm) layerNormalise(pooled);
  if (normalise) scaleToUnit(pooled);
  if (!pooled.every(Number.isFinite)) throw new Error('the model gave a value that is not a finite number');
  return Float32Array.from(pooled);
}

/**
 * The vector served in `dimension`: its first components, and norm 1 again if it is to be normalised.
 * Source: Kusupati et al., Matryoshka Representation Learning: y = LN(x)[0:D], z = y / |y|.
 */
export function inDimension(full: Float32Array, dimension: number, normalise: boolean): Float32Array {
  if (dimension === full.length) return full;
  if (!normalise) return full.subarray(0, dimension);
  const part = Float64Array.from(full.subarray(0, dimension));
  scaleToUnit(part);
  return Float32Array.from(part);
}

/** Mean of the first `tokens` token vectors: the attention mask is 1 there and 0 on the padding. */
function pool({values, length, width}: HiddenState, row: number, tokens: number): Float64Array {
  const sum = new Float64Array(width);
  const start = row * length * width;
  for (let token = 0; token < tokens; token++) {
    const offset = start + token * width;
    for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) + (values[offset + i] ?? 0);
  }
  for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) / tokens;
  return sum;
}

/** Over the full width, with the biased variance and no affine part. */
function layerNormalise(x: Float64Array): void {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const scale = 1 / Math.sqrt(variance + epsilon);
  for (let i = 0; i < x.length; i++) x[i] = ((x[i] ?? 0) - mean) * scale;
}

/** A vector of zeros has no direction and stays as it is. */
function scaleToUnit(x: Float64Array): void {
  const norm = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
  if (norm === 0) return;
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? 0) / norm;
}
