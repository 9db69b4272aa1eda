import {z} from 'zod';
import {judgedClaimSchema} from '../../decision/claim.js';
import {matrixSchema} from '../../decision/matrix-schema.js';
import {measuredSchema} from '../../decision/option-evidence.js';
import {thresholdResultSchema} from '../../decision/threshold.js';
import {verdicts} from '../../decision/verdict.js';
import type {RunResult} from '../load/result/run-result.js';
import {figureNames} from './stack-figures.js';

const milliseconds = z.number().nullable();
const summary = z.strictObject({
  p50: milliseconds,
  p90: milliseconds,
  p95: milliseconds,
  p99: milliseconds,
  p999: milliseconds,
  max: milliseconds,
  mean: milliseconds,
});

/** A run as JSON. */
export const runSchema: z.ZodType<RunResult> = z.strictObject({
  target: z.string(),
  profile: z.strictObject({
    loop: z.enum(['open', 'closed']),
    text: z.string(),
    arrivals: z.enum(['uniform', 'poisson', 'trace', 'none']),
    connections: z.int(),
    workers: z.int(),
    seed: z.int(),
    warmupSeconds: z.number(),
  }),
  workload: z.string(),
  offeredPerSecond: z.number().nullable(),
  achievedPerSecond: z.number(),
  requests: z.int(),
  errors: z.strictObject({total: z.int(), byKind: z.record(z.string(), z.int())}),
  latencyMs: summary,
  serviceMs: summary,
  lateness: z.strictObject({p99Ms: milliseconds, over1msRatio: z.number().nullable()}),
  waitedForConnectionRatio: z.number(),
  generator: z.strictObject({
    eventLoopDelayP99Ms: milliseconds,
    cpuPercent: z.number().nullable(),
    busyPercent: z.number().nullable(),
  }),
  seconds: z.array(
    z.strictObject({
      atSecond: z.int(),
      requests: z.int(),
      errors: z.int(),
      p50: milliseconds,
      p99: milliseconds,
      max: milliseconds,
    }),
  ),
  distribution: z.array(z.strictObject({percentile: z.number(), latencyMs: z.number()})),
  startedAt: z.iso.datetime(),
  durationSeconds: z.number(),
  partial: z.boolean(),
  verdict: z.enum(['ok', 'unknown']),
  reason: z.string(),
});

/** Kept runs, as far as they are of this version's shape. */
export function readRuns(kept: readonly unknown[]): RunResult[] {
  return kept.flatMap((run) => {
    const parsed = runSchema.safeParse(run);
    return parsed.success ? [parsed.data] : [];
  });
}

/** What `sutra bench --json` prints. */
export const benchReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  verdict: z.enum(verdicts),
  reason: z.string(),
  thresholds: z.array(thresholdResultSchema),
  runs: z.array(runSchema),
  /** Option id (`now` where nothing was chosen among) → what its stack did meanwhile. */
  figures: z.record(z.string(), z.record(z.enum(figureNames), measuredSchema)).optional(),
  /** Where options, or now and a baseline, were compared. */
  matrix: matrixSchema.optional(),
  /** Where documents say something of the options. */
  claims: z.array(judgedClaimSchema).optional(),
  /** Of a matrix, in the order they were made: which run, by its place in `runs`, was whose; null: none, and why. */
  attempts: z
    .array(z.strictObject({option: z.string(), round: z.int(), run: z.int().nullable(), failure: z.string()}))
    .optional(),
  /** With --selftest: one entry a run. */
  selftest: z.array(z.array(z.looseObject({}))).optional(),
  /** Paths of what was written: the record, the page, the baseline. */
  evidence: z.string().optional(),
  report: z.string().optional(),
  baseline: z.string().optional(),
});
export type BenchReport = z.infer<typeof benchReportSchema>;
