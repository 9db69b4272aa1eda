import {setTimeout as sleep} from 'node:timers/promises';
import type {Schedule} from '../request/schedule.js';
import type {GeneratorLoad} from '../result/run-result.js';
import {DueQueue} from './due-queue.js';
import {GeneratorMeter} from './generator-meter.js';
import {type ConnectionEvents, type Endpoint, HttpConnection} from './http-connection.js';
import {Metronome} from './metronome.js';
import {pace} from './pace.js';
import {type Recorded, Recorder, type SecondReport} from './recorder.js';

export interface EngineOptions {
  endpoint: Endpoint;
  connections: number;
  /** Null: a closed loop, every connection sends again as soon as it is answered. */
  schedule: Schedule | null;
  /** Head and body of the next request. */
  nextRequest: () => string;
  warmupMs: number;
  durationMs: number;
  /** For one answer, and for a free connection. */
  deadlineMs: number;
  /** Milliseconds of any monotonic clock. */
  nowMs: () => number;
  onSecond: (report: SecondReport) => void;
}

export interface EngineReport extends Recorded, GeneratorLoad {
  /** Of the measured time, what has passed. */
  measuredMs: number;
}

const sweepMs = 20;
const longestQueue = 1_000_000;
const connectDeadlineMs = 5_000;
/** A closed loop that fails at once is not to fail as fast as it can. */
const failurePauseMs = 10;

/** Sends requests from one thread, when they are due or one after another, and counts what comes back. */
export class LoadEngine implements ConnectionEvents {
  readonly #options: EngineOptions;
  readonly #connections: HttpConnection[];
  /** The one used last is used first, so that those not needed stay idle. */
  readonly #idle: HttpConnection[];
  readonly #queue = new DueQueue();
  readonly #recorder: Recorder;
  readonly #meter = new GeneratorMeter();
  readonly #metronome: Metronome | null;
  readonly #ended = Promise.withResolvers<void>();
  readonly #endMs: number;
  /** One function for all turns: a busy loop makes many. */
  readonly #turn = () => this.#tick();
  #load: GeneratorLoad | null = null;
  #metering = false;
  #stopped = false;
  #startMs = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#endMs = options.warmupMs + options.durationMs;
    this.#connections = Array.from({length: options.connections}, () => new HttpConnection(options.endpoint, this));
    this.#idle = [...this.#connections];
    this.#recorder = new Recorder({fromMs: options.warmupMs, untilMs: this.#endMs}, options.onSecond);
    this.#metronome = options.schedule === null ? null : new Metronome(this.#turn);
  }

  /** Opens the connections; those that fail are opened again by the first request on them. */
  async warmUp(): Promise<void> {
    const all = Promise.all(this.#connections.map((connection) => connection.warmUp()));
    await Promise.race([all, sleep(connectDeadlineMs, undefined, {ref: false})]);
  }

  /** From `startMs` of its clock on. Ends when the last request has ended, or at once when the signal aborts. */
  async run(startMs: number, signal: AbortSignal): Promise<EngineReport> {
    this.#startMs = startMs;
    const sweeper = setInterval(() => this.#sweep(), sweepMs);
    const stop = () => this.#ended.resolve();
    signal.addEventListener('abort', stop, {once: true});
    if (signal.aborted) stop();
    await sleep(Math.max(0, startMs - this.#options.nowMs()));
    if (this.#options.schedule === null) for (const connection of this.#idle.splice(0)) this.#sendAgain(connection);
    else this.#tick();
    await this.#ended.promise;
    const measuredMs = Math.min(this.#options.durationMs, Math.max(0, this.#elapsedMs() - this.#options.warmupMs));
    this.#stopped = true;
    clearInterval(sweeper);
    signal.removeEventListener('abort', stop);
    const load = this.#meterStopped();
    for (const connection of this.#connections) connection.close();
    await this.#metronome?.close();
    return {...this.#recorder.finish(), ...load, measuredMs};
  }

  answered(connection: HttpConnection, status: number): void {
    const nowMs = this.#elapsedMs();
    this.#meter.works(nowMs);
    const {dueMs, sentMs} = connection;
    if (status >= 200 && status < 300) this.#recorder.answered(dueMs, sentMs, nowMs);
    else this.#recorder.failed(dueMs, nowMs, `status-${status}`);
    this.#next(connection);
  }

  failed(connection: HttpConnection, kind: string): void {
    if (this.#stopped) return;
    this.#recorder.failed(connection.dueMs, this.#elapsedMs(), kind);
    if (this.#options.schedule === null) setTimeout(() => this.#sendAgain(connection), failurePauseMs);
    else this.#next(connection);
  }

  #elapsedMs(): number {
    return this.#options.nowMs() - this.#startMs;
  }

  /** Takes up what is due by now, then waits for the next. */
  #tick(): void {
    const {schedule} = this.#options;
    if (this.#stopped || schedule === null) return;
    const nowMs = this.#elapsedMs();
    this.#meter.works(nowMs);
    while (schedule.dueMs <= nowMs && schedule.dueMs < this.#endMs) {
      this.#take(schedule.dueMs, nowMs);
      schedule.advance();
    }
    this.#wait(schedule.dueMs < this.#endMs ? schedule.dueMs : Number.POSITIVE_INFINITY);
  }

  #wait(dueMs: number): void {
    const nowMs = this.#elapsedMs();
    const next = pace(dueMs, nowMs);
    if (next.kind === 'spin') this.#meter.spins(nowMs);
    if (next.kind === 'send' || next.kind === 'spin') setImmediate(this.#turn);
    else if (next.kind === 'timer') setTimeout(this.#turn, next.waitMs);
    else if (next.kind === 'precise') this.#metronome?.tickIn(next.waitMs);
  }

  #take(dueMs: number, nowMs: number): void {
    const connection = this.#queue.size === 0 ? this.#idle.pop() : undefined;
    this.#recorder.taken(dueMs, nowMs, connection === undefined);
    if (connection !== undefined) this.#send(connection, dueMs);
    else if (this.#queue.size < longestQueue) this.#queue.push(dueMs);
    else this.#recorder.failed(dueMs, nowMs, 'no-connection');
  }

  #send(connection: HttpConnection, dueMs: number): void {
    const request = this.#options.nextRequest();
    connection.dueMs = dueMs;
    connection.sentMs = this.#elapsedMs();
    connection.send(request);
  }

  /** The next request of a closed loop; it is due when it is sent. */
  #sendAgain(connection: HttpConnection): void {
    const nowMs = this.#elapsedMs();
    if (this.#stopped) return;
    if (nowMs < this.#endMs) this.#send(connection, nowMs);
    else this.#idle.push(connection);
  }

  #next(connection: HttpConnection): void {
    if (this.#stopped) return;
    if (this.#options.schedule === null) this.#sendAgain(connection);
    else if (this.#queue.size > 0) this.#send(connection, this.#queue.shift());
    else this.#idle.push(connection);
  }

  #meterStopped(): GeneratorLoad {
    if (!this.#metering) return {eventLoopDelayP99Ms: null, cpuPercent: null, busyPercent: null};
    this.#load ??= this.#meter.stop();
    return this.#load;
  }

  /** Deadlines, seconds and the end: often enough, and not for every request. */
  #sweep(): void {
    const nowMs = this.#elapsedMs();
    const {deadlineMs, schedule, warmupMs} = this.#options;
    if (!this.#metering && nowMs >= warmupMs) {
      this.#metering = true;
      this.#meter.start();
    }
    if (nowMs >= this.#endMs) this.#meterStopped();
    for (const connection of this.#connections) {
      if (connection.busy && nowMs - connection.sentMs > deadlineMs) connection.giveUp('timeout');
    }
    while (nowMs - this.#queue.first() > deadlineMs) this.#recorder.failed(this.#queue.shift(), nowMs, 'no-connection');
    this.#recorder.turn(nowMs);
    const allSent = schedule === null ? nowMs >= this.#endMs : schedule.dueMs >= this.#endMs && this.#queue.size === 0;
    if (allSent && nowMs >= this.#endMs && this.#idle.length === this.#connections.length) this.#ended.resolve();
  }
}
