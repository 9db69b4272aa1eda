import {afterAll} from 'vitest';
import type {RunResult} from '../../src/experiment/load/result/run-result.js';
import {stackFolder} from './stack.js';

export interface BenchJson {
  schemaVersion: number;
  verdict: string;
  reason: string;
  runs: RunResult[];
  error?: {code: string; message: string; cures: string[]};
}

/** Flags of a run of two seconds. */
export const short = ['--duration', '2s', '--warmup', '0s', '--json'];

/** A folder for the tests of one file, removed after them, and `sutra bench` in it, which is run to its end. */
export function benchFolder() {
  const folder = stackFolder();
  afterAll(() => folder[Symbol.asyncDispose]());
  const bench = async (...args: string[]) => {
    const {exitCode, json, stdout, stderr} = await folder.run(['bench', ...args]);
    return {exitCode, result: json as BenchJson, stdout, stderr};
  };
  return {folder, bench};
}

/** The only run there is. */
export function theRun({runs}: BenchJson): RunResult {
  const [run] = runs;
  if (run === undefined) throw new Error('there is no run');
  return run;
}
