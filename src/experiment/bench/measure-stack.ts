import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';
import {type LoadRequest, prepareLoad} from '../load/load-request.js';
import {loadText} from '../load/load-text.js';
import {type RunOptions, runLoad} from '../load/run-load.js';
import type {RunResult} from '../load/run-result.js';
import type {BenchOption} from './bench-option.js';
import {type CacheFigures, withCacheFigures} from './cache-figures.js';

interface StackMeasurement {
  run: RunResult;
  figures: CacheFigures;
  /** The load and the texts in words. */
  what: string;
}

/** One run on the stack of a plan, and what its cache did. */
export async function measureStack(
  {plan, system}: {plan: Plan; system: System},
  request: Omit<LoadRequest, 'url'>,
  onSecond: NonNullable<RunOptions['onSecond']>,
): Promise<StackMeasurement> {
  const {signal} = system;
  const job = await prepareLoad({...request, url: new URL('/embed', plan.urls.api)}, signal);
  const [run, figures] = await withCacheFigures({plan, system}, () => runLoad(job, {signal, onSecond}));
  return {run, figures, what: loadText(job)};
}

/** The load with what an option changes in it. */
export function loadOf(request: Omit<LoadRequest, 'url'>, {load = {}}: BenchOption): Omit<LoadRequest, 'url'> {
  const {connections = request.connections, textsPerRequest} = load;
  const batch = textsPerRequest === undefined ? request.body.batch : {least: textsPerRequest, most: textsPerRequest};
  return {...request, connections, body: {...request.body, batch}};
}
