import {oneLine, toTerminal} from '../../printable.js';
import type {ProgressOptions} from './progress.js';

/** What a command is at, on one line that is drawn again, then removed or kept; nothing where nobody watches. */
export class LiveLine {
  readonly #options: ProgressOptions;
  #drawn = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  show(text: string): void {
    const {stream, live} = this.#options;
    if (!live) return;
    const width = Math.max(20, (stream.columns || 80) - 1);
    stream.write(`\r${toTerminal(oneLine(text)).slice(0, width)}\x1b[K`);
    this.#drawn = true;
  }

  clear(): void {
    this.#end('\r\x1b[K');
  }

  /** Leaves the last text where it is. */
  keep(): void {
    this.#end('\n');
  }

  #end(text: string): void {
    if (this.#drawn) this.#options.stream.write(text);
    this.#drawn = false;
  }
}
