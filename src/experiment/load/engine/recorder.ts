import {Histogram, type HistogramData} from '../../../stats/histogram.js';

/** One second of one worker, to be merged with that of the others. */
export interface SecondReport {
  atSecond: number;
  /** False: the run ended within it. */
  whole: boolean;
  requests: number;
  errors: number;
  /** Microseconds. */
  latency: HistogramData;
}

export interface Recorded {
  requests: number;
  /** Answered well before the measured time was over, whenever they were due. */
  answeredInTime: number;
  errors: Record<string, number>;
  /** All in microseconds. */
  latency: HistogramData;
  service: HistogramData;
  lateness: HistogramData;
  /** Requests that waited because every connection was busy. */
  waited: number;
}

/** Of the requests due within it; milliseconds from the start of the run. */
export interface MeasuredTime {
  fromMs: number;
  untilMs: number;
}

const secondBits = 8;

/** Counts what becomes of the requests of one worker. Keeps nothing of a single one. */
export class Recorder {
  readonly #time: MeasuredTime;
  readonly #onSecond: (report: SecondReport) => void;
  readonly #latency = new Histogram();
  readonly #service = new Histogram();
  readonly #lateness = new Histogram();
  readonly #errors: Record<string, number> = {};
  #requests = 0;
  #answeredInTime = 0;
  #waited = 0;
  readonly #secondLatency = new Histogram(secondBits);
  #second = 0;
  #secondRequests = 0;
  #secondErrors = 0;

  constructor(time: MeasuredTime, onSecond: (report: SecondReport) => void) {
    this.#time = time;
    this.#onSecond = onSecond;
  }

  /** The generator took up a request that was due. */
  taken(dueMs: number, nowMs: number, mustWait: boolean): void {
    if (!this.#measured(dueMs)) return;
    this.#lateness.record((nowMs - dueMs) * 1_000);
    if (mustWait) this.#waited += 1;
  }

  answered(dueMs: number, sentMs: number, nowMs: number): void {
    if (nowMs >= this.#time.fromMs && nowMs < this.#time.untilMs) this.#answeredInTime += 1;
    if (!this.#measured(dueMs)) return;
    this.#enter(nowMs);
    const latencyUs = (nowMs - dueMs) * 1_000;
    this.#latency.record(latencyUs);
    this.#service.record((nowMs - sentMs) * 1_000);
    this.#secondLatency.record(latencyUs);
  }

  failed(dueMs: number, nowMs: number, kind: string): void {
    if (!this.#measured(dueMs)) return;
    this.#enter(nowMs);
    this.#errors[kind] = (this.#errors[kind] ?? 0) + 1;
    this.#secondErrors += 1;
  }

  /** Tells of the seconds that are over. */
  turn(nowMs: number): void {
    const second = Math.floor((nowMs - this.#time.fromMs) / 1_000);
    while (this.#second < second) this.#endSecond(true);
  }

  finish(): Recorded {
    if (this.#secondRequests > 0) this.#endSecond(false);
    return {
      requests: this.#requests,
      answeredInTime: this.#answeredInTime,
      errors: this.#errors,
      latency: this.#latency.data(),
      service: this.#service.data(),
      lateness: this.#lateness.data(),
      waited: this.#waited,
    };
  }

  #measured(dueMs: number): boolean {
    return dueMs >= this.#time.fromMs && dueMs < this.#time.untilMs;
  }

  #enter(nowMs: number): void {
    this.turn(nowMs);
    this.#requests += 1;
    this.#secondRequests += 1;
  }

  #endSecond(whole: boolean): void {
    this.#onSecond({
      atSecond: this.#second,
      whole,
      requests: this.#secondRequests,
      errors: this.#secondErrors,
      latency: this.#secondLatency.data(),
    });
    this.#second += 1;
    this.#secondRequests = 0;
    this.#secondErrors = 0;
    this.#secondLatency.reset();
  }
}
