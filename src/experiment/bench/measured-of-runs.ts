import type {Measured} from '../../decision/option-evidence.js';
import type {RunResult} from '../load/result/run-result.js';

const latencies = ['p50', 'p95', 'p99'] as const;

/**
 * Criterion id → the values of the runs, one a repeat. A run whose generator was late, that was cut short or that answered
 * nothing says nothing of the target: then everything is missing, with the reason.
 */
export function measuredOfRuns(runs: readonly RunResult[], textsPerRequest = 1): Record<string, Measured> {
  const values: Record<string, (run: RunResult) => number> = {
    rate: ({achievedPerSecond}) => achievedPerSecond * textsPerRequest,
    succeeded: ({requests, errors}) => (100 * (requests - errors.total)) / requests,
  };
  for (const name of latencies) values[name] = ({latencyMs}) => latencyMs[name] ?? Number.NaN;
  const spoilt = runs.findIndex(({verdict, partial, requests}) => verdict !== 'ok' || partial || requests === 0);
  const reason = spoilt < 0 ? null : `run ${spoilt + 1} of ${runs.length}: ${whySpoilt(runs[spoilt])}`;
  const ids = Object.entries(values);
  return Object.fromEntries(ids.map(([id, read]) => [id, measured(runs.map(read), reason)]));
}

function measured(values: number[], reason: string | null): Measured {
  if (reason !== null) return {kind: 'missing', reason};
  if (values.length === 0) return {kind: 'missing', reason: 'not measured'};
  if (!values.every(Number.isFinite)) return {kind: 'missing', reason: 'in some runs no request was answered'};
  return {kind: 'repeats', values};
}

function whySpoilt(run: RunResult | undefined): string {
  if (run === undefined || run.requests === 0) return 'no request was sent';
  return run.partial ? 'it was cut short' : run.reason;
}
