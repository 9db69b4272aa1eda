import {createHash} from 'node:crypto';
import {z} from 'zod';
import {checkResultSchema} from './check.js';
import {measuredSchema} from './option-evidence.js';
import {stackIdentitySchema} from './stack-identity.js';
import {thresholdResultSchema} from './threshold.js';
import {verdicts} from './verdict.js';

export const environmentSchema = z.strictObject({
  platform: z.string(),
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.int(),
  node: z.string(),
});
export type Environment = z.infer<typeof environmentSchema>;

const verdict = z.enum(verdicts);

const validateFindingsSchema = z.strictObject({
  kind: z.literal('validate'),
  verdict,
  checks: z.array(checkResultSchema),
});

const benchFindingsSchema = z.strictObject({
  kind: z.literal('bench'),
  verdict,
  /** The load and the texts, in words: runs of another are not comparable. */
  what: z.string(),
  /** What had to hold; absent in records of older versions, and where nothing had to. */
  thresholds: z.array(thresholdResultSchema).optional(),
  options: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      /** Of the plan this option ran as; null for a target that is no stack of ours. */
      configDigest: z.string().nullable(),
      /** What ran; absent in records of older versions, and of an option that never ran. */
      stack: stackIdentitySchema.optional(),
      /** Criterion id → values, one a repeat. */
      measured: z.record(z.string(), measuredSchema),
      /** The raw data: every run as it was recorded. */
      runs: z.array(z.looseObject({})),
    }),
  ),
});

const findingsSchema = z.discriminatedUnion('kind', [validateFindingsSchema, benchFindingsSchema]);
export type Findings = z.infer<typeof findingsSchema>;

const head = {
  schemaVersion: z.literal(1),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** Of the plan that ran. */
  configDigest: z.string(),
  /** Of the checkout that ran it; null outside git. */
  commit: z.string().nullable(),
  environment: environmentSchema,
};

/** What was measured, where, and of what: criteria may change later, this does not. */
export const evidenceSchema = z.discriminatedUnion('kind', [
  validateFindingsSchema.extend(head),
  benchFindingsSchema.extend(head),
]);
export type Evidence = z.infer<typeof evidenceSchema>;

/** SHA-256 of a plan, the same for the same plan whatever the order of its keys. */
export function configDigest(plan: object): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(plan)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
