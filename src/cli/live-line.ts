import {oneLine, toTerminal} from '../printable.js';
import type {ProgressOptions} from './progress.js';

/** What a command is at, on one line that is drawn again and then removed; nothing where nobody watches. */
export class LiveLine {
  readonly #options: ProgressOptions;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  show(text: string): void {
    const {stream, live} = this.#options;
    if (!live) return;
    const width = Math.max(20, (stream.columns || 80) - 1);
    stream.write(`\r${toTerminal(oneLine(text)).slice(0, width)}\x1b[K`);
  }

  clear(): void {
    if (this.#options.live) this.#options.stream.write('\r\x1b[K');
  }
}
