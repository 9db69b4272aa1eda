import {LiveLoad, type SecondView} from './live-load.js';
import {progressOptions} from './progress.js';

/** What a load is told to while it runs. */
export interface LiveWatch {
  begin: (title: string) => void;
  second: (second: SecondView) => void;
  /** Leaves the last line where it is. */
  end: () => void;
  tell: (text: string) => void;
}

/** A load drawn on standard error while it runs; `tell` says what else there is to know. */
export function liveWatch(json: boolean, tell: (text: string) => void): LiveWatch {
  const live = new LiveLoad(progressOptions(json));
  return {
    begin: (title) => live.begin(title),
    second: (second) => live.second(second),
    end: () => live.end(),
    tell,
  };
}
