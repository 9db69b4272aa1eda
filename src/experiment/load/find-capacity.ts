import type {Measured} from '../../decision/option-evidence.js';
import type {Threshold, ThresholdResult} from '../../decision/threshold.js';
import type {Verdict} from '../../decision/verdict.js';
import {median} from '../../stats/quantile.js';
import {nextTrial, type SearchOptions, type Trial} from './capacity-search.js';
import {type LoadRequest, prepareLoad} from './request/load-request.js';
import {judgeBench} from './result/judge-bench.js';
import type {RunResult} from './result/run-result.js';
import {type RunOptions, runLoad} from './run-load.js';

export interface Capacity {
  /** Null where none was found. */
  capacityPerSecond: number | null;
  verdict: Verdict;
  reason: string;
  /** Percent of the texts that the cache answered at that rate; missing where it cannot be seen, with the reason. */
  fromCache: Measured;
  /** In the order they were run. */
  trials: CapacityTrial[];
}

export interface CapacityTrial extends Trial {
  thresholds: ThresholdResult[];
  reason: string;
  /** Percent of the texts that the cache answered, warm-up included. */
  fromCache: Measured;
  run: RunResult;
}

export interface CapacityOptions extends RunOptions {
  search: Pick<SearchOptions, 'highestPerSecond' | 'precision'> & {startPerSecond: number | null};
  thresholds: readonly Threshold[];
  trialMs: number;
  /** Makes a run and looks at how much of it the cache answered. */
  watched: (run: () => Promise<RunResult>) => Promise<[RunResult, Measured]>;
  /** Before the closed loop that gives the first guess. */
  onLook?: () => void;
  onTrial?: (ratePerSecond: number, confirms: boolean) => void;
  onTrialEnd?: (trial: CapacityTrial) => void;
}

/** The answers that come must be as many as the requests that go, or the time would only have been too short to see it. */
const keepsUp = 0.97;
/** A trial of fewer says nothing of a rate. */
const fewestRequests = 10;
/** The end of the measured time falls between two of them. */
const fewRequests = 2;
/** A first look at how fast the target is when nobody waits. */
const lookMs = 2_000;
const lookConnections = 32;

/**
 * Finds the highest rate that keeps the thresholds. Each trial has a seed of its own, so that none meets the texts of an
 * earlier one in the cache. An interrupt ends it with what was tried.
 */
export async function findCapacity(request: LoadRequest, options: CapacityOptions): Promise<Capacity> {
  const {signal, search} = options;
  if (search.startPerSecond === null) options.onLook?.();
  const startPerSecond = search.startPerSecond ?? Math.min(search.highestPerSecond, await firstGuess(request, signal));
  if (signal.aborted) return interrupted([]);
  const lowestPerSecond = fewestRequests / (options.trialMs / 1_000);
  const trials: CapacityTrial[] = [];
  for (;;) {
    const next = nextTrial(trials, {...search, startPerSecond, lowestPerSecond});
    if (next.kind === 'done') {
      const {capacityPerSecond, verdict, reason} = next;
      return {capacityPerSecond, verdict, reason, fromCache: cacheShareAt(capacityPerSecond, trials), trials};
    }
    options.onTrial?.(next.ratePerSecond, next.confirms);
    const seed = request.seed + 1 + trials.length;
    const trial = await runTrial({...request, seed}, next, options);
    trials.push(trial);
    options.onTrialEnd?.(trial);
    if (signal.aborted) return interrupted(trials);
  }
}

function interrupted(trials: CapacityTrial[]): Capacity {
  return {
    capacityPerSecond: null,
    verdict: 'unknown',
    reason: 'interrupted',
    fromCache: cacheShareAt(null, trials),
    trials,
  };
}

/** The median over the trials at the rate that was found. */
function cacheShareAt(rate: number | null, trials: readonly CapacityTrial[]): Measured {
  const shares = trials.filter(({ratePerSecond}) => ratePerSecond === rate).map(({fromCache}) => fromCache);
  const unseen = shares.find(({kind}) => kind !== 'exact') ?? {kind: 'missing', reason: 'no rate was found'};
  const values = shares.flatMap((share) => (share.kind === 'exact' ? [share.value] : []));
  return values.length === 0 || values.length < shares.length ? unseen : {kind: 'exact', value: median(values)};
}

/** Half of what a closed loop gets: an open one queues before that. */
async function firstGuess(request: LoadRequest, signal: AbortSignal): Promise<number> {
  const look = {...request, loop: {kind: 'closed' as const}, durationMs: lookMs, connections: lookConnections};
  const {achievedPerSecond} = await runLoad(await prepareLoad(look, signal), {signal});
  return Math.max(1, achievedPerSecond / 2);
}

async function runTrial(
  request: LoadRequest,
  {ratePerSecond, confirms}: {ratePerSecond: number; confirms: boolean},
  {trialMs, thresholds, signal, onSecond, watched}: CapacityOptions,
): Promise<CapacityTrial> {
  const stages = [{durationMs: trialMs, fromPerSecond: ratePerSecond, toPerSecond: ratePerSecond}];
  const loop = {kind: 'open' as const, stages, arrivals: arrivalsOf(request), ratePerSecond: null};
  const job = await prepareLoad({...request, loop}, signal);
  const [run, fromCache] = await watched(() => runLoad(job, {signal, ...(onSecond === undefined ? {} : {onSecond})}));
  const judged = judgeBench([run], thresholds);
  if (judged.verdict !== 'pass' || !isBehind(run)) return {ratePerSecond, confirms, run, fromCache, ...judged};
  const reason = `only ${run.achievedPerSecond.toPrecision(3)}/s were answered`;
  return {ratePerSecond, confirms, run, fromCache, ...judged, verdict: 'fail', reason};
}

function isBehind({achievedPerSecond, offeredPerSecond, durationSeconds}: RunResult): boolean {
  const missing = ((offeredPerSecond ?? 0) - achievedPerSecond) * durationSeconds;
  return missing > Math.max(fewRequests, (1 - keepsUp) * (offeredPerSecond ?? 0) * durationSeconds);
}

function arrivalsOf({loop}: LoadRequest): 'uniform' | 'poisson' {
  return loop.kind === 'open' ? loop.arrivals : 'uniform';
}
