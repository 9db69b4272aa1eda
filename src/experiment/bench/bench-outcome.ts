import {type Baseline, compareWithBaseline} from '../../decision/baseline.js';
import type {Findings} from '../../decision/evidence.js';
import type {Matrix} from '../../decision/matrix-schema.js';
import type {Measured} from '../../decision/option-evidence.js';
import type {StackIdentity} from '../../decision/stack-identity.js';
import {type Verdict, worstVerdict} from '../../decision/verdict.js';
import type {Bench} from '../load/bench.js';
import type {BodyShape} from '../load/request/load-job.js';
import {textsPerRequest} from '../load/request/texts-per-request.js';
import {usualCriteria} from './bench-criteria.js';
import {measuredOfRuns} from './measured-of-runs.js';
import {measuredFigures, type StackFigures} from './stack-figures.js';

export interface BenchOutcome extends Bench {
  measured: Record<string, Measured>;
  /** What the stack did meanwhile; absent of a target that is no stack of ours. */
  figures?: Record<keyof StackFigures, Measured>;
  /** Now against the baseline. */
  matrix?: Matrix;
}

/** A bench with what its runs say as evidence, held against a baseline where there is one. */
export function benchOutcome(
  outcome: Bench,
  {body, figures, baseline}: {body: BodyShape; figures: StackFigures | null; baseline: Compared | null},
): BenchOutcome {
  const seen = figures === null ? {} : {figures: measuredFigures([figures])};
  const measured = {...measuredOfRuns(outcome.runs, textsPerRequest(body)), ...seen.figures};
  if (baseline === null) return {...outcome, ...seen, measured};
  const matrix = compareWithBaseline(baseline, {...outcome, measured}, usualCriteria);
  const verdict = worstVerdict([outcome.verdict, matrix.verdict]);
  return {...outcome, ...seen, measured, matrix, verdict, reason: `${outcome.reason}; ${matrix.reason}`};
}

type Compared = Pick<Baseline, 'name' | 'what' | 'loadDigest' | 'measured'>;

/** The same as it goes into the evidence. */
export function benchFindings(
  {verdict, what, thresholds, measured, runs}: BenchOutcome & {verdict: Verdict},
  {configDigest, stack}: {configDigest: string; stack: StackIdentity},
): Findings {
  const title = `${stack.edition}, ${stack.model}`;
  const option = {id: 'now', title, configDigest, stack, measured, runs: runs.map((run) => ({...run}))};
  return {kind: 'bench', verdict, what, thresholds, options: [option]};
}

/** The same as a command prints it. */
export function resultOf({verdict, reason, thresholds, runs, matrix, figures}: BenchOutcome) {
  const compared = matrix === undefined ? {} : {matrix};
  const seen = figures === undefined ? {} : {figures: {now: figures}};
  return {verdict, reason, thresholds, runs, ...seen, ...compared};
}
