import type {Endpoint} from '../engine/http-connection.js';
import type {Workload} from '../workloads/open-workload.js';
import type {WordRange} from '../workloads/text-of-key.js';
import type {Stage} from './stages.js';

/** All that a run is made of: plain data, so that it can go to worker threads. */
export interface LoadJob {
  target: LoadTarget;
  loop: OpenLoop | ClosedLoop;
  workload: Workload;
  body: BodyShape;
  /** Of all workers together, as are the rates. */
  connections: number;
  workers: number;
  warmupMs: number;
  /** Measured, after the warm-up. */
  durationMs: number;
  deadlineMs: number;
  seed: number;
}

export interface LoadTarget {
  url: string;
  method: string;
  /** Name, value, besides those that HTTP itself needs. */
  headers: Record<string, string>;
  endpoint: Endpoint;
}

export type Arrivals = 'uniform' | 'poisson';

export interface OpenLoop {
  kind: 'open';
  /** `100/s for 30 s` */
  text: string;
  /** The warm-up is the first of them; `trace`: the times of the workload's trace, whose first part is the warm-up. */
  timing: {kind: 'stages'; stages: Stage[]; arrivals: Arrivals} | {kind: 'trace'; speed: number};
}

export interface ClosedLoop {
  kind: 'closed';
}

/** What a request's body is made of. */
export interface BodyShape {
  /** With `{{texts}}` (a JSON list), `{{text}}` (a JSON string) or `{{dimension}}` in it; null: no body. */
  template: string | null;
  words: WordRange;
  /** Texts a request. */
  batch: {least: number; most: number};
  /** One of them by chance; only where the template asks for it. */
  dimensions: number[];
}
