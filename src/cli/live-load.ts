import {oneLine, toTerminal} from '../printable.js';
import {heatLine} from '../report/heat-line.js';
import type {ProgressOptions} from './progress.js';

/** One second of a load, as far as the view wants to know. */
interface SecondView {
  atSecond: number;
  requests: number;
  errors: number;
  p50: number | null;
  p99: number | null;
}

const plainEverySeconds = 5;
const heatWidth = 40;

/**
 * The load while it runs: one line redrawn every second at a terminal, else a plain line every five. On standard error,
 * so that standard output is the result alone.
 */
export class LiveLoad {
  readonly #options: ProgressOptions;
  readonly #p99s: (number | null)[] = [];
  #requests = 0;
  #errors = 0;
  #drawn = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  begin(title: string): void {
    this.end();
    this.#p99s.length = 0;
    this.#requests = 0;
    this.#errors = 0;
    this.#options.stream.write(`${toTerminal(oneLine(title))}\n`);
  }

  second(second: SecondView): void {
    this.#requests += second.requests;
    this.#errors += second.errors;
    this.#p99s.push(second.p99);
    if (this.#p99s.length > heatWidth) this.#p99s.shift();
    if (this.#options.live) this.#redraw(second);
    else if ((second.atSecond + 1) % plainEverySeconds === 0) this.#options.stream.write(`  ${this.#line(second)}\n`);
  }

  /** Leaves the last line where it is. */
  end(): void {
    if (this.#drawn) this.#options.stream.write('\n');
    this.#drawn = false;
  }

  #redraw(second: SecondView): void {
    const {stream} = this.#options;
    const heat = heatLine(this.#p99s, heatWidth);
    const text = `${this.#line(second)}  ${heat}`.slice(0, Math.max(20, (stream.columns || 80) - 1));
    stream.write(`\r${text}\x1b[K`);
    this.#drawn = true;
  }

  #line({atSecond, requests, p50, p99}: SecondView): string {
    const errors = this.#errors === 0 ? 'no errors' : `${this.#errors} errors`;
    return `${String(atSecond + 1).padStart(3)} s  ${requests}/s  p50 ${ms(p50)}  p99 ${ms(p99)}  ${errors}`;
  }
}

function ms(value: number | null): string {
  return value === null ? '-' : `${Number(value.toPrecision(3))} ms`;
}
