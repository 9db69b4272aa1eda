import type {Threshold} from '../../decision/threshold.js';
import {type LoadRequest, prepareLoad} from './request/load-request.js';
import {type BenchVerdict, judgeBench} from './result/judge-bench.js';
import {loadDigest} from './result/load-digest.js';
import {loadText} from './result/load-text.js';
import type {RunResult} from './result/run-result.js';
import {soundRun} from './result/sound-run.js';
import {type RunOptions, runLoad} from './run-load.js';

export interface Bench extends BenchVerdict {
  /** The load and the texts in words. */
  what: string;
  /** Digest of both: runs of another are not comparable. */
  loadDigest: string;
  runs: RunResult[];
}

export interface BenchOptions extends RunOptions {
  repeat: number;
  thresholds: readonly Threshold[];
  /** The runs will be compared with others: one whose generator was late is made again. */
  compared?: boolean;
  /** Before each run. */
  onRun?: (run: number) => void;
}

/** The same load so many times, each with a seed of its own. An interrupt ends it with what was measured. */
export async function bench(request: LoadRequest, options: BenchOptions): Promise<Bench> {
  const {signal, repeat, thresholds} = options;
  const job = await prepareLoad(request, signal);
  const runs: RunResult[] = [];
  for (let run = 0; run < repeat && !signal.aborted; run += 1) {
    options.onRun?.(run);
    const once = () => runLoad({...job, seed: job.seed + run}, options);
    const again = () => options.onRun?.(run);
    runs.push(options.compared === true ? await soundRun(once, {runOf: (made) => made, again}) : await once());
  }
  return {...judgeBench(runs, thresholds, repeat), what: loadText(job), loadDigest: loadDigest(job), runs};
}
