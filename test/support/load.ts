import {randomUUID} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {LoadConnection, NoAnswer} from './load-connection.js';
import {paddedBody} from './padded-body.js';

export interface LoadTarget {
  /** Base URL; requests go to its `/embed`. */
  url: string;
  /** Of every body: one short text nobody has sent before, and white space. */
  sizeBytes: number;
  durationMs: number;
}

export interface LoadResult {
  sent: number;
  answered: number;
  failed: number;
  /** Connections lost with a request on them, among the failed. */
  resets: number;
  /** Failed requests by kind: an error's code, or `status 503`. */
  failures: Record<string, number>;
  /** Of the answered ones, each from the moment it was due, in milliseconds. */
  latenciesMs: number[];
}

const answerTimeoutMs = 60_000;
const tickMs = 2;
const aroundMs = 2_000;

/**
 * Sends at a fixed rate whatever comes back, each request once, on kept connections; every second body comes in a later
 * packet than its headers. Returns when every request is answered or lost.
 */
export async function openLoop({durationMs, ...target}: LoadTarget & {ratePerSecond: number}): Promise<LoadResult> {
  const total = Math.round((target.ratePerSecond * durationMs) / 1_000);
  return await sendUntil(target, (sent) => sent >= total);
}

/** The same from a little before a change to a little after it. */
export async function loadDuring<T>(
  target: Omit<LoadTarget, 'durationMs'> & {ratePerSecond: number},
  change: () => Promise<T>,
): Promise<{load: LoadResult; value: T; changeMs: number}> {
  let over = false;
  const loading = sendUntil(target, () => over);
  try {
    await sleep(aroundMs);
    const startMs = performance.now();
    const value = await change();
    const changeMs = performance.now() - startMs;
    await sleep(aroundMs);
    over = true;
    return {load: await loading, value, changeMs};
  } finally {
    over = true;
  }
}

async function sendUntil(
  {ratePerSecond, ...target}: Omit<LoadTarget, 'durationMs'> & {ratePerSecond: number},
  enough: (sent: number) => boolean,
): Promise<LoadResult> {
  const sender = new Sender(target);
  const requests: Promise<void>[] = [];
  const startMs = performance.now();
  while (!enough(requests.length)) {
    const dueMs = startMs + (requests.length * 1_000) / ratePerSecond;
    if (performance.now() < dueMs) await sleep(tickMs);
    else requests.push(sender.send(dueMs));
  }
  await Promise.all(requests);
  sender.close();
  return sender.result;
}

/** Answers a second with `concurrency` requests always on their way: what the stack can do at most. */
export async function capacity({concurrency, ...target}: LoadTarget & {concurrency: number}): Promise<number> {
  const sender = new Sender(target);
  const startMs = performance.now();
  const untilMs = startMs + target.durationMs;
  const worker = async (): Promise<void> => {
    while (performance.now() < untilMs) await sender.send(performance.now());
  };
  await Promise.all(Array.from({length: concurrency}, worker));
  sender.close();
  const {answered, failed, failures} = sender.result;
  if (failed > 0) throw new Error(`the measurement of the capacity failed: ${JSON.stringify(failures)}`);
  return answered / ((performance.now() - startMs) / 1_000);
}

/** Sends unique texts over as many connections as are needed, and counts. */
class Sender {
  readonly result: LoadResult = {sent: 0, answered: 0, failed: 0, resets: 0, failures: {}, latenciesMs: []};
  readonly #url: URL;
  readonly #sizeBytes: number;
  readonly #run = randomUUID();
  #connections: LoadConnection[] = [];

  constructor({url, sizeBytes}: Omit<LoadTarget, 'durationMs'>) {
    this.#url = new URL(url);
    this.#sizeBytes = sizeBytes;
  }

  async send(dueMs: number): Promise<void> {
    const {result} = this;
    const number = result.sent;
    result.sent += 1;
    const body = paddedBody(`text ${number} of run ${this.#run}: the quick brown fox`, this.#sizeBytes);
    try {
      const status = await this.#idle().post('/embed', body, {bodyLater: number % 2 === 1, timeoutMs: answerTimeoutMs});
      if (status !== 200) throw new NoAnswer(`status ${status}`);
      result.answered += 1;
      result.latenciesMs.push(performance.now() - dueMs);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      result.failed += 1;
      if (error.isReset) result.resets += 1;
      result.failures[error.kind] = (result.failures[error.kind] ?? 0) + 1;
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #idle(): LoadConnection {
    const idle = this.#connections.find((connection) => connection.isIdle);
    if (idle !== undefined) return idle;
    const fresh = new LoadConnection(this.#url);
    this.#connections.push(fresh);
    return fresh;
  }
}
