import type {EngineReport} from './load-engine.js';
import type {SecondReport} from './recorder.js';

/** `startAtNs`: of the monotonic clock all threads share. */
export type ToWorker = {kind: 'start'; startAtNs: bigint} | {kind: 'stop'};

export type FromWorker =
  | {kind: 'ready'}
  | {kind: 'second'; report: SecondReport}
  | {kind: 'done'; report: EngineReport};
