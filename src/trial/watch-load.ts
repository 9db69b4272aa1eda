import type {RunSecond} from '../experiment/load/result/run-result.js';

/** What a load tells whoever waits for it. */
export interface LoadWatch {
  /** A run begins. */
  begin: (title: string) => void;
  second: (second: RunSecond) => void;
  /** One thing to know, on a line of its own. */
  tell: (text: string) => void;
}
