import {SutraError} from '../../errors.js';
import {type LoadRequest, prepareLoad} from '../load/request/load-request.js';
import {loadDigest} from '../load/result/load-digest.js';
import {loadText} from '../load/result/load-text.js';
import type {RunResult} from '../load/result/run-result.js';
import {soundRun} from '../load/result/sound-run.js';
import {type RunOptions, runLoad} from '../load/run-load.js';
import type {BenchOption} from './matrix/bench-option.js';
import {measureOptions} from './matrix/measure-options.js';

/** One side of a comparison: starts it, ends it. Both have the same address, so one runs at a time. */
export interface Side {
  title: string;
  bring: () => Promise<void>;
  end: () => Promise<void>;
}

export interface Versions {
  baseline: Side;
  now: Side;
}

interface Comparing extends RunOptions {
  repeats: number;
  onRun: (title: string, round: number) => void;
}

/** What the two sides did, the load in words, and its digest. */
export interface ComparedVersions {
  baseline: RunResult[];
  now: RunResult[];
  what: string;
  loadDigest: string;
}

/** Loads two versions in turn. Throws what kept a side from being measured; an interrupt gives what there is by then. */
export async function compareVersions(
  sides: Versions,
  request: LoadRequest,
  {repeats, signal, onRun, onSecond}: Comparing,
): Promise<ComparedVersions> {
  const found: ComparedVersions = {baseline: [], now: [], what: '', loadDigest: ''};
  const options = (['baseline', 'now'] as const).map((id): BenchOption & {id: keyof Versions} => {
    return {id, title: sides[id].title, settings: {}};
  });
  let running: Side | null = null;
  const measure = async ({id, title}: BenchOption) => {
    const side = id === 'now' ? sides.now : sides.baseline;
    const round = found[id === 'now' ? 'now' : 'baseline'].length;
    onRun(title, round);
    // Every repeat begins alike: a new stack with an empty cache.
    await running?.end();
    running = side;
    await side.bring();
    const job = await prepareLoad({...request, seed: request.seed + round}, signal);
    found.what = loadText(job);
    found.loadDigest = loadDigest(job);
    const once = () => runLoad(job, {signal, ...(onSecond === undefined ? {} : {onSecond})});
    return await soundRun(once, {runOf: (run) => run, again: (reason) => onRun(`${title}, again: ${reason}`, round)});
  };
  try {
    for await (const {option, run, failure} of measureOptions(options, {
      repeats,
      seed: request.seed,
      measure,
      signal,
    })) {
      if (run === null) throw new SutraError('START_FAILED', `${option.title} could not be measured: ${failure}`);
      found[option.id === 'now' ? 'now' : 'baseline'].push(run);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await (running as Side | null)?.end();
  }
  return found;
}
