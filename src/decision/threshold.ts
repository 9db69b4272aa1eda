import {z} from 'zod';
import {SutraError} from '../errors.js';
import {shortNumber} from './short-number.js';
import {verdicts} from './verdict.js';

/** A limit as it is typed: `p99<50ms`, `service.p95<=20ms`, `errors<1%`, `rate>=100/s`. */
export interface Threshold {
  text: string;
  metric: ThresholdMetric;
  comparison: '<' | '<=' | '>' | '>=';
  /** Milliseconds, a share of 1, or a second. */
  limit: number;
}

const latencies = ['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const;
type LatencyName = (typeof latencies)[number];
export type ThresholdMetric = LatencyName | `service.${LatencyName}` | 'errors' | 'rate';

/** What a threshold may look at. Null is what nobody measured. */
export interface ThresholdFigures {
  latencyMs: Record<LatencyName, number | null>;
  serviceMs: Record<LatencyName, number | null>;
  achievedPerSecond: number;
  requests: number;
  errors: {total: number};
}

/** What became of one threshold, as JSON. */
export const thresholdResultSchema = z.strictObject({
  threshold: z.string(),
  /** Milliseconds, a share of 1, or a second; null when it could not be measured. */
  measured: z.number().nullable(),
  verdict: z.enum(verdicts),
});
export type ThresholdResult = z.infer<typeof thresholdResultSchema>;

/** What was measured of a threshold, with its unit. */
export function measuredText({threshold, measured}: Pick<ThresholdResult, 'threshold' | 'measured'>): string {
  if (measured === null) return '-';
  if (threshold.startsWith('errors')) return `${shortNumber(100 * measured)} %`;
  return `${shortNumber(measured)}${threshold.startsWith('rate') ? '/s' : ' ms'}`;
}

const shape =
  /^(?<metric>(?:service\.)?p99\.9|(?:service\.)?[a-z]+\d*) *(?<comparison><=?|>=?) *(?<number>\d+(?:\.\d+)?) *(?<unit>ms|us|s|%|\/s)?$/;
const example = "--threshold 'p99<50ms', 'service.p95<20ms', 'errors<1%', 'rate>=100/s'";

/** Throws USAGE. */
export function parseThreshold(text: string): Threshold {
  const {metric: typed = '', comparison = '', number = '', unit} = shape.exec(text.trim())?.groups ?? {};
  const metric = typed.replace('p99.9', 'p999');
  const factor = isMetric(metric) ? unitsOf(metric)[unit ?? ''] : undefined;
  if (!isMetric(metric) || factor === undefined) {
    throw new SutraError('USAGE', `--threshold ${text}: ${reasonOf(typed, metric, unit)}`, {cure: example});
  }
  const limit = Number(number) * factor;
  const vague = metric === 'errors' && (limit > 1 || (unit === undefined && limit > 0));
  if (!vague) return {text: text.trim(), metric, comparison: comparison as Threshold['comparison'], limit};
  const reason = limit > 1 && unit === '%' ? 'must be at most 100 %' : 'errors needs a unit: %';
  throw new SutraError('USAGE', `--threshold ${text}: ${reason}`, {cure: example});
}

/** Missing data is unknown, never a pass. */
export function judgeThreshold(threshold: Threshold, figures: ThresholdFigures): ThresholdResult {
  const measured = figureOf(threshold.metric, figures);
  if (measured === null || !Number.isFinite(measured)) {
    return {threshold: threshold.text, measured: null, verdict: 'unknown'};
  }
  const holds = comparisons[threshold.comparison](measured, threshold.limit);
  return {threshold: threshold.text, measured, verdict: holds ? 'pass' : 'fail'};
}

const comparisons = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
} satisfies Record<Threshold['comparison'], unknown>;

function figureOf(metric: ThresholdMetric, figures: ThresholdFigures): number | null {
  if (metric === 'rate') return figures.requests === 0 ? null : figures.achievedPerSecond;
  if (metric === 'errors') return figures.requests === 0 ? null : figures.errors.total / figures.requests;
  const [name, group] = metric.startsWith('service.')
    ? [metric.slice('service.'.length), figures.serviceMs]
    : [metric, figures.latencyMs];
  return group[name as LatencyName];
}

function isMetric(name: string): name is ThresholdMetric {
  const latency = name.replace(/^service\./, '');
  return name === 'errors' || name === 'rate' || latencies.some((known) => known === latency);
}

/** What a unit makes of the number. A latency without a unit would be a guess. */
function unitsOf(metric: ThresholdMetric): Record<string, number> {
  if (metric === 'errors') return {'%': 0.01, '': 1};
  if (metric === 'rate') return {'/s': 1, '': 1};
  return {us: 0.001, ms: 1, s: 1_000};
}

function reasonOf(typed: string, metric: string, unit: string | undefined): string {
  if (typed === '') return 'must be a metric, < or >, and a number';
  if (!isMetric(metric))
    return `unknown metric "${typed}": choose one of ${latencies.join(', ')}, service.p99, errors, rate`;
  return unit === undefined ? `${typed} needs a unit: us, ms or s` : `${typed} is not measured in ${unit}`;
}
