import type {JudgedClaim} from '../../decision/claim.js';
import type {Matrix} from '../../decision/matrix-schema.js';
import type {ThresholdResult} from '../../decision/threshold.js';
import type {Verdict} from '../../decision/verdict.js';

/** What a report shows of one run: a subset of its record. */
export interface ReportRun {
  target: string;
  workload: string;
  profile: {text: string};
  offeredPerSecond: number | null;
  achievedPerSecond: number;
  requests: number;
  durationSeconds: number;
  errors: {total: number; byKind: Readonly<Record<string, number>>};
  latencyMs: Readonly<Record<'p50' | 'p95' | 'p99' | 'p999' | 'max', number | null>>;
  /** From the moment a request was written: without the wait before it. */
  serviceMs: Readonly<Record<'p50' | 'p99', number | null>>;
  lateness: {p99Ms: number | null};
  seconds: readonly {atSecond: number; requests: number; errors: number; p50: number | null; p99: number | null}[];
  distribution: readonly {percentile: number; latencyMs: number}[];
  verdict: 'ok' | 'unknown';
  reason: string;
}

/** The repeats of one option: one line in each plot. */
export interface ReportSeries {
  /** Short: it stands at the end of a line. */
  label: string;
  runs: readonly ReportRun[];
}

export interface ReportInput {
  title: string;
  verdict: Verdict;
  reason: string;
  /** When, where, on which commit: label and value. */
  facts: readonly (readonly [string, string])[];
  thresholds: readonly ThresholdResult[];
  series: readonly ReportSeries[];
  matrix: Matrix | null;
  claims: readonly JudgedClaim[];
}
