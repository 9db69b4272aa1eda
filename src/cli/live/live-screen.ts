import {toTerminal} from '../../printable.js';

const enter = '\x1b[?1049h\x1b[?25l';
const leave = '\x1b[?25h\x1b[?1049l';

/** The whole terminal, from the first draw on. What it showed before comes back when it is disposed, or the process ends. */
export class LiveScreen implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #leave = () => void this.#stream.write(leave);

  #entered = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** What does not fit the height is cut, and counted in the last line. */
  draw(text: string): void {
    this.#enter();
    const lines = withinRows(toTerminal(text).split('\n'), this.#stream.rows || 24);
    this.#stream.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
  }

  #enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    this.#stream.write(enter);
    process.once('exit', this.#leave);
  }

  [Symbol.dispose](): void {
    if (!this.#entered) return;
    process.off('exit', this.#leave);
    this.#leave();
  }
}

function withinRows(lines: string[], rows: number): string[] {
  if (lines.length <= rows) return lines;
  const shown = Math.max(0, rows - 1);
  return [...lines.slice(0, shown), `... ${lines.length - shown} more lines`];
}
