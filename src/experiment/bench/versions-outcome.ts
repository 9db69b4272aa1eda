import type {Baseline} from '../../decision/baseline.js';
import type {Threshold} from '../../decision/threshold.js';
import type {BodyShape} from '../load/request/load-job.js';
import {textsPerRequest} from '../load/request/texts-per-request.js';
import {judgeBench} from '../load/result/judge-bench.js';
import {type BenchOutcome, benchOutcome} from './bench-outcome.js';
import type {ComparedVersions} from './compare-versions.js';
import {measuredOfRuns} from './measured-of-runs.js';

interface Asked {
  /** Of the version that is held against. */
  title: string;
  body: BodyShape;
  thresholds: readonly Threshold[];
  repeats: number;
}

/** Two versions that were loaded in turn: this one as a bench, held against the other as its baseline. */
export function versionsOutcome(
  {baseline: earlier, now, what, loadDigest}: ComparedVersions,
  {title, body, thresholds, repeats}: Asked,
): {outcome: BenchOutcome; baseline: Pick<Baseline, 'name' | 'what' | 'loadDigest' | 'measured' | 'runs'>} {
  const measured = measuredOfRuns(earlier, textsPerRequest(body));
  const baseline = {name: title, what, loadDigest, measured, runs: earlier.map((run) => ({...run}))};
  const judged = {...judgeBench(now, thresholds, repeats), runs: now, what, loadDigest};
  return {baseline, outcome: benchOutcome(judged, {body, figures: null, baseline})};
}
