import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import {SutraError} from '../../errors.js';
import {shownUrl} from '../../shown-url.js';
import type {EngineReport} from './engine/load-engine.js';
import type {SecondReport} from './engine/recorder.js';
import type {FromWorker, ToWorker} from './engine/worker-messages.js';
import type {LoadJob} from './request/load-job.js';
import {offeredPerSecond} from './request/offered.js';
import {judgeRun} from './result/judge-run.js';
import {mergeReports} from './result/merge-reports.js';
import {mergeSecond} from './result/merge-seconds.js';
import type {RunResult, RunSecond} from './result/run-result.js';

export interface RunOptions {
  /** Ends the run; what was measured by then is the result, marked partial. */
  signal: AbortSignal;
  /** Every second that is over, of all workers. */
  onSecond?: (second: RunSecond) => void;
}

const program = fileURLToPath(new URL('../../../dist/experiment/load/engine/load-worker.js', import.meta.url));
/** For the threads to wake at the same time. */
const leadMs = 20;

/** Runs one job on its worker threads. Errors of the target are counted, never thrown. */
export async function runLoad(job: LoadJob, {signal, onSecond}: RunOptions): Promise<RunResult> {
  const seconds = new SecondCollector(job.workers, onSecond);
  const threads = Array.from({length: job.workers}, (_, index) => new LoadThread(job, index, seconds));
  const stop = () => {
    for (const thread of threads) thread.say({kind: 'stop'});
  };
  try {
    await Promise.all(threads.map(({ready}) => ready));
    signal.addEventListener('abort', stop, {once: true});
    if (signal.aborted) stop();
    const startedAt = new Date(Date.now() + leadMs + job.warmupMs).toISOString();
    const startAtNs = process.hrtime.bigint() + BigInt(leadMs * 1_000_000);
    for (const thread of threads) thread.say({kind: 'start', startAtNs});
    const reports = await Promise.all(threads.map(({done}) => done));
    return toResult(job, reports, {seconds: seconds.all(), startedAt, partial: signal.aborted});
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

function toResult(
  job: LoadJob,
  reports: EngineReport[],
  {seconds, startedAt, partial}: {seconds: RunSecond[]; startedAt: string; partial: boolean},
): RunResult {
  const {loop} = job;
  const {answeredInTime, measuredMs, waitedRatio, ...measured} = mergeReports(reports, loop.kind);
  const judged = judgeRun({answeredInTime, measuredMs, waitedRatio, ...measured}, loop.kind);
  const arrivals = loop.kind === 'closed' ? 'none' : loop.timing.kind === 'trace' ? 'trace' : loop.timing.arrivals;
  return {
    target: shownUrl(job.target.url),
    profile: {
      loop: loop.kind,
      text: loop.kind === 'closed' ? `closed loop, ${job.connections} at a time` : loop.text,
      arrivals,
      connections: job.connections,
      workers: job.workers,
      seed: job.seed,
      warmupSeconds: job.warmupMs / 1_000,
    },
    workload: sendsTexts(job) ? job.workload.text : 'the same request every time',
    offeredPerSecond: offeredPerSecond(job),
    achievedPerSecond: measuredMs === 0 ? 0 : answeredInTime / (measuredMs / 1_000),
    ...measured,
    waitedForConnectionRatio: waitedRatio,
    seconds,
    startedAt,
    durationSeconds: measuredMs / 1_000,
    partial,
    ...judged,
  };
}

function sendsTexts({body: {template}}: LoadJob): boolean {
  return template !== null && /\{\{texts?\}\}/.test(template);
}

/** One worker thread, its promises settled by its messages. */
class LoadThread {
  readonly #ready = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<EngineReport>();
  readonly #worker: Worker;

  constructor(job: LoadJob, index: number, seconds: SecondCollector) {
    this.#worker = new Worker(program, {workerData: {job, share: {index, of: job.workers}}});
    this.#worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') this.#ready.resolve();
      else if (message.kind === 'second') seconds.add(message.report);
      else this.#done.resolve(message.report);
    });
    this.#worker.once('error', (error) => this.#fail(error));
    this.#worker.once('exit', (code) => this.#fail(new Error(`exit code ${code}`)));
    // Whoever waits gets it; nobody may be waiting yet.
    this.#ready.promise.catch(() => undefined);
    this.#done.promise.catch(() => undefined);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get done(): Promise<EngineReport> {
    return this.#done.promise;
  }

  say(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(cause: unknown): void {
    const error = new SutraError('INTERNAL', 'a thread of the load generator ended unexpectedly', {cause});
    this.#ready.reject(error);
    this.#done.reject(error);
  }
}

/** Seconds of all workers, merged as soon as each has told of them. */
class SecondCollector {
  readonly #workers: number;
  readonly #onSecond: ((second: RunSecond) => void) | undefined;
  readonly #reports = new Map<number, SecondReport[]>();
  readonly #merged = new Map<number, RunSecond>();

  constructor(workers: number, onSecond: ((second: RunSecond) => void) | undefined) {
    this.#workers = workers;
    this.#onSecond = onSecond;
  }

  add(report: SecondReport): void {
    const reports = this.#reports.get(report.atSecond) ?? [];
    reports.push(report);
    this.#reports.set(report.atSecond, reports);
    if (reports.length === this.#workers) this.#merge(report.atSecond);
  }

  /** The last ones some workers may not have. */
  all(): RunSecond[] {
    for (const atSecond of [...this.#reports.keys()]) this.#merge(atSecond);
    return [...this.#merged.values()].sort((a, b) => a.atSecond - b.atSecond);
  }

  #merge(atSecond: number): void {
    const reports = this.#reports.get(atSecond) ?? [];
    const merged = mergeSecond(reports);
    this.#reports.delete(atSecond);
    this.#merged.set(atSecond, merged);
    if (reports.every(({whole}) => whole)) this.#onSecond?.(merged);
  }
}
