import {requireWritable} from '../system/folders/require-path.js';
import type {System} from '../system/system.js';
import {requireBaselineName} from './baselines.js';
import {type AskedBench, benchTarget, type Measurement} from './bench-target.js';
import {benchVersions} from './bench-versions.js';
import type {LoadWatch} from './watch-load.js';

interface AskedRun extends AskedBench {
  /** Undefined: the deployed stack. */
  url: string | undefined;
  /** The baseline it is held against. */
  against: string | undefined;
  /** The commit it is held against, built here. */
  rebuild: string | undefined;
  save: string | undefined;
  html: string | undefined;
}

/**
 * Loads the deployed stack, any URL, or this version and another in turn. That the result could not be kept where it is
 * wanted is said before anything is measured. Throws what `benchTarget` and `benchVersions` throw.
 */
export async function runBench(system: System, asked: AskedRun, watch: LoadWatch): Promise<Measurement> {
  const {rebuild, save, html} = asked;
  if (html !== undefined) requireWritable(html, '--html');
  requireBaselineName(system, save);
  return rebuild === undefined
    ? await benchTarget(system, asked, watch)
    : await benchVersions(system, rebuild, asked, watch);
}
