import {z} from 'zod';

/** What a text is for. Models with asymmetric prefixes want to know; others ignore it. */
export const inputTypes = ['query', 'document', 'classification', 'clustering'] as const;
export type InputType = (typeof inputTypes)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

/** One file of a model and the places it can be had from, in the order they are tried. A local model has none. */
export const modelFileSchema = z.strictObject({
  /** File name inside the model's folder on this machine. */
  name: z.string().regex(/^[\w.-]+$/),
  sizeBytes: z.int().positive(),
  sha256,
  hub: z.strictObject({repo: z.string(), revision: z.string(), path: z.string()}).optional(),
  npm: z.strictObject({package: z.string(), version: z.string(), path: z.string()}).optional(),
});
export type ModelFile = z.infer<typeof modelFileSchema>;

/**
 * Everything the embedder must know of a model beside its weights. It lies as `sutra-model.json` next to the weights,
 * so that a model folder explains itself.
 */
export const modelEntrySchema = z.strictObject({
  id: z.string().regex(/^[\w.-]+(\/[\w.-]+)?$/),
  license: z.string(),
  /** Width of the model's hidden state. */
  nativeDimension: z.int().positive(),
  /** Dimensions on offer, widest first. Only a Matryoshka-trained model has more than its native one. */
  dimensions: z.array(z.int().positive()).nonempty(),
  pooling: z.enum(['mean', 'cls']),
  /** Layer normalisation over the full width, no affine, before truncation. */
  layerNorm: z.boolean(),
  /** Longest input in tokens, special tokens included. */
  windowTokens: z.int().positive(),
  /** Text put before the input, by input type. A missing type has no prefix. */
  prefixes: z.partialRecord(z.enum(inputTypes), z.string()),
  /**
   * `padded`: texts of similar length share a run. `single`: one text a run, because dynamic int8 takes one activation
   * scale over the whole padded batch, so that a vector would depend on its neighbours.
   */
  batching: z.enum(['padded', 'single']),
  /** Tokens a second through one thread of an ordinary server core, in long texts; time-outs are derived from it. */
  tokensPerCoreSecond: z.int().positive(),
  files: z.array(modelFileSchema).nonempty(),
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

/** Names of the files every model folder holds. */
export const modelFolder = {
  entry: 'sutra-model.json',
  weights: 'model.onnx',
  tokenizer: 'tokenizer.json',
} as const;

/** The digest of the weights: the identity of every vector made with them. */
export function artifactOf(entry: ModelEntry): string {
  const weights = entry.files.find((file) => file.name === modelFolder.weights);
  if (weights === undefined) throw new Error(`model ${entry.id} lists no ${modelFolder.weights}`);
  return weights.sha256;
}
