import {z} from 'zod';

/** What a measured stack was: enough for a reader to know what the figures are of. */
export const stackIdentitySchema = z.strictObject({
  /** Of sutra. */
  version: z.string(),
  model: z.string(),
  /** SHA-256 of the weights. */
  artifact: z.string(),
  edition: z.string(),
  topology: z.string(),
  /** Of an answer whose request names none. */
  dimension: z.int(),
  /** Replicas that compute vectors. */
  replicas: z.int(),
  cache: z.boolean(),
  runtime: z.string(),
});
export type StackIdentity = z.infer<typeof stackIdentitySchema>;
