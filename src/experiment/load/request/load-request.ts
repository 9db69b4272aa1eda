import {testTraffic, trafficHeader} from '@sutra/contract/http-embed';
import {SutraError} from '../../../errors.js';
import {reach} from '../../../system/http/reach.js';
import {credentialsFor} from '../../../system/http/stack-credentials.js';
import {openWorkload, type Workload, type WorkloadChoice} from '../workloads/open-workload.js';
import type {Arrivals, BodyShape, LoadJob, OpenLoop} from './load-job.js';
import {longestMs} from './parse-quantity.js';
import {type Stage, totalMs} from './stages.js';

/** What somebody asks to be run, checked one by one and not yet against the world. */
export interface LoadRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  workload: WorkloadChoice;
  body: BodyShape;
  loop: {kind: 'open'; stages: Stage[] | null; arrivals: Arrivals; ratePerSecond: number | null} | {kind: 'closed'};
  connections: number;
  workers: number;
  warmupMs: number;
  /** Null: as long as the stages or the trace. */
  durationMs: number | null;
  deadlineMs: number;
  seed: number;
}

const connectMs = 5_000;
const defaultDurationMs = 30_000;

/**
 * Reads the workload's file and opens one connection to the target. Every request says that it is a test, so that a stack
 * does not count it as a client's. To the command's own stack its key goes along, unless the headers have one. Throws USAGE or NETWORK.
 */
export async function prepareLoad(request: LoadRequest, signal: AbortSignal): Promise<LoadJob> {
  const {url, method, body, connections, warmupMs, deadlineMs, seed} = request;
  const workload = await openWorkload(request.workload, signal);
  const key = hasKey(request.headers) ? {} : credentialsFor(url.href).headers;
  const headers = {[trafficHeader]: testTraffic, ...key, ...request.headers};
  const endpoint = await reach(url, connectMs, signal);
  const timed = timing(request, workload);
  return {
    target: {url: url.href, method, headers, endpoint},
    ...timed,
    workload,
    body,
    connections,
    workers: Math.min(request.workers, connections),
    warmupMs,
    deadlineMs,
    seed,
  };
}

function hasKey(headers: Record<string, string>): boolean {
  return Object.keys(headers).some((name) => /^(authorization|x-api-key)$/i.test(name));
}

function timing(request: LoadRequest, workload: Workload): Pick<LoadJob, 'loop' | 'durationMs'> {
  const {loop, warmupMs} = request;
  if (loop.kind === 'closed') return {loop, durationMs: request.durationMs ?? defaultDurationMs};
  if (workload.file.trace !== undefined && loop.stages === null) {
    return traceTiming(workload.file.trace.timesMs, loop.ratePerSecond, request);
  }
  if (loop.stages === null) throw new SutraError('USAGE', 'an open loop needs a rate', {cure: '--rate 100'});
  return {loop: openLoop(loop.stages, loop.arrivals, warmupMs), durationMs: totalMs(loop.stages)};
}

function openLoop(stages: Stage[], arrivals: Arrivals, warmupMs: number): OpenLoop {
  return {
    kind: 'open',
    text: stages.map(stageText).join(', '),
    timing: {kind: 'stages', arrivals, stages: warmupMs === 0 ? stages : [warmupStage(stages, warmupMs), ...stages]},
  };
}

/** At the rate the measured time begins with; where that is next to none, at a tenth of the highest. */
function warmupStage(stages: readonly Stage[], durationMs: number): Stage {
  const highest = Math.max(...stages.flatMap(({fromPerSecond, toPerSecond}) => [fromPerSecond, toPerSecond]));
  const rate = Math.max(stages[0]?.fromPerSecond ?? 0, highest / 10);
  return {durationMs, fromPerSecond: rate, toPerSecond: rate};
}

/** The whole trace, or its first part; with a rate, as fast as makes that its mean. */
function traceTiming(
  timesMs: Float64Array,
  ratePerSecond: number | null,
  {warmupMs, durationMs}: LoadRequest,
): Pick<LoadJob, 'loop' | 'durationMs'> {
  const lengthMs = timesMs.at(-1) ?? 0;
  if (lengthMs === 0) {
    const all = timesMs.length === 1 ? 'one request' : `${timesMs.length} requests at one moment`;
    throw new SutraError('USAGE', `the trace holds ${all}, which gives no rate`, {
      cure: '--workload unique --rate 10',
    });
  }
  const ownRate = (timesMs.length / lengthMs) * 1_000;
  const speed = ratePerSecond === null ? 1 : ratePerSecond / ownRate;
  // One millisecond more, so that the last request is within.
  const wholeMs = lengthMs / speed + 1;
  if (wholeMs <= warmupMs)
    throw new SutraError('USAGE', 'the trace is shorter than the warm-up', {cure: '--warmup 0s'});
  if (durationMs === null && wholeMs > longestMs) {
    throw new SutraError(
      'USAGE',
      `the trace takes ${Math.round(wholeMs / 3_600_000).toLocaleString('en-US')} h; the limit is 24 h`,
      {
        cure: ['--duration 10m for its first part', '--rate 100 for all of it, faster'],
      },
    );
  }
  const speedText = speed === 1 ? 'as recorded' : `at ${speed.toPrecision(3)} times its speed`;
  return {
    loop: {kind: 'open', text: `${timesMs.length} recorded requests ${speedText}`, timing: {kind: 'trace', speed}},
    durationMs: Math.min(durationMs ?? Number.POSITIVE_INFINITY, wholeMs - warmupMs),
  };
}

function stageText({durationMs, fromPerSecond, toPerSecond}: Stage): string {
  const seconds = `${Number((durationMs / 1_000).toFixed(3))} s`;
  const shown = (rate: number) => String(Number(rate.toFixed(2)));
  if (fromPerSecond === toPerSecond) return `${shown(fromPerSecond)}/s for ${seconds}`;
  return `${shown(fromPerSecond)} to ${shown(toPerSecond)}/s in ${seconds}`;
}
