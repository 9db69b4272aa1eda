import {performance} from 'node:perf_hooks';
import {parentPort, workerData} from 'node:worker_threads';
import {seededRandom} from '../../../stats/random.js';
import type {LoadJob} from '../request/load-job.js';
import {requestMaker} from '../request/request-maker.js';
import {recordedSchedule, type Schedule, schedule, type WorkerShare} from '../request/schedule.js';
import {drawTexts} from '../workloads/open-workload.js';
import {LoadEngine} from './load-engine.js';
import type {FromWorker, ToWorker} from './worker-messages.js';

// One thread of the load generator: builds its share of the job, says that it is ready, runs when told to.

const {job, share} = workerData as {job: LoadJob; share: WorkerShare};
const stop = new AbortController();
const say = (message: FromWorker) => parentPort?.postMessage(message);
const seed = job.seed + share.index * 104_729;

const engine = new LoadEngine({
  endpoint: job.target.endpoint,
  connections: connectionsOf(job.connections, share),
  schedule: scheduleOf(job, share),
  nextRequest: requestMaker(
    job.target,
    job.body,
    drawTexts(job.workload, {random: seededRandom(seed), seed: job.seed, words: job.body.words, share}),
    seed + 1,
  ),
  warmupMs: job.warmupMs,
  durationMs: job.durationMs,
  deadlineMs: job.deadlineMs,
  nowMs: () => performance.now(),
  onSecond: (report) => say({kind: 'second', report}),
});

parentPort?.on('message', async (message: ToWorker) => {
  if (message.kind === 'stop') return stop.abort();
  // Threads have clocks that begin at different times, and one that they share.
  const behindMs = Number(process.hrtime.bigint() - message.startAtNs) / 1e6;
  const report = await engine.run(performance.now() - behindMs, stop.signal);
  say({kind: 'done', report});
  parentPort?.close();
});
await engine.warmUp();
say({kind: 'ready'});

function connectionsOf(all: number, {index, of}: WorkerShare): number {
  return Math.floor(all / of) + (index < all % of ? 1 : 0);
}

function scheduleOf({loop, workload, seed: runSeed}: LoadJob, own: WorkerShare): Schedule | null {
  if (loop.kind === 'closed') return null;
  const {timing} = loop;
  if (timing.kind === 'stages') return schedule({...timing, seed: runSeed}, own);
  return recordedSchedule(workload.file.trace?.timesMs ?? new Float64Array(), timing.speed, own);
}
