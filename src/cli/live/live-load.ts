import {oneLine, toTerminal} from '../../printable.js';
import {heatLine} from '../../report/heat-line.js';
import {LiveLine} from './live-line.js';
import type {ProgressOptions} from './progress.js';

/** One second of a load, as far as the view wants to know. */
export interface SecondView {
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
  readonly #live: LiveLine;
  readonly #p99s: (number | null)[] = [];
  #requests = 0;
  #errors = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#live = new LiveLine(options);
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
    if (this.#options.live) this.#live.show(`${this.#line(second)}  ${heatLine(this.#p99s, heatWidth)}`);
    else if ((second.atSecond + 1) % plainEverySeconds === 0) this.#options.stream.write(`  ${this.#line(second)}\n`);
  }

  /** Leaves the last line where it is. */
  end(): void {
    this.#live.keep();
  }

  #line({atSecond, requests, p50, p99}: SecondView): string {
    const errors = this.#errors === 0 ? 'no errors' : `${this.#errors} errors`;
    return `${String(atSecond + 1).padStart(3)} s  ${requests}/s  p50 ${ms(p50)}  p99 ${ms(p99)}  ${errors}`;
  }
}

function ms(value: number | null): string {
  return value === null ? '-' : `${Number(value.toPrecision(3))} ms`;
}
