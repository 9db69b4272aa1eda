import {type LoadRequest, prepareLoad} from '../load/request/load-request.js';
import {loadText} from '../load/result/load-text.js';
import type {RunResult} from '../load/result/run-result.js';
import {type RunOptions, runLoad} from '../load/run-load.js';
import type {BenchOption} from './matrix/bench-option.js';
import {type LoadedStack, type StackFigures, withStackFigures} from './stack-figures.js';

interface StackMeasurement {
  run: RunResult;
  figures: StackFigures;
  /** The load and the texts in words. */
  what: string;
}

/** One run on a stack, and what the stack did meanwhile. */
export async function measureStack(
  stack: LoadedStack,
  request: Omit<LoadRequest, 'url'>,
  onSecond: NonNullable<RunOptions['onSecond']>,
): Promise<StackMeasurement> {
  const {signal} = stack.system;
  const job = await prepareLoad({...request, url: new URL('/embed', stack.plan.urls.api)}, signal);
  const [run, figures] = await withStackFigures(stack, () => runLoad(job, {signal, onSecond}));
  return {run, figures, what: loadText(job)};
}

/** The load with what an option changes in it. */
export function loadOf(request: Omit<LoadRequest, 'url'>, {load = {}}: BenchOption): Omit<LoadRequest, 'url'> {
  const {connections = request.connections, textsPerRequest} = load;
  const batch = textsPerRequest === undefined ? request.body.batch : {least: textsPerRequest, most: textsPerRequest};
  return {...request, connections, body: {...request.body, batch}};
}
