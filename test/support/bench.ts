import type {RunResult} from '../../src/experiment/load/run-result.js';
import type {StackFolder} from './stack.js';

export interface BenchJson {
  schemaVersion: number;
  verdict: string;
  reason: string;
  runs: RunResult[];
  error?: {code: string; message: string; cures: string[]};
}

/** Runs `sutra bench` to its end. */
export async function bench(folder: StackFolder, ...args: string[]) {
  const {exitCode, json, stdout, stderr} = await folder.run(['bench', ...args]);
  return {exitCode, result: json as BenchJson, stdout, stderr};
}

/** The only run there is. */
export function theRun({runs}: BenchJson): RunResult {
  const [run] = runs;
  if (run === undefined) throw new Error('there is no run');
  return run;
}
