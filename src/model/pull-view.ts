import {oneLine, toTerminal} from '../printable.js';
import type {Clock} from '../system/system.js';
import type {PullProgress} from './pull-context.js';
import {type TransferRate, type TransferSample, transferRate, withSample} from './transfer-rate.js';
import {bytesText, secondsText} from './transfer-text.js';

const redrawMs = 100;
const plainMs = 2_000;
const barWidth = 16;

/** What a pull's callbacks write to. */
export interface PullView {
  onProgress: (progress: PullProgress) => void;
  onNote: (text: string) => void;
  /** Leaves the stream at the start of a line. */
  end: () => void;
}

export interface ViewStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Progress as one line that is redrawn, or, where there is no terminal, as a plain line every two seconds. */
export function pullView(stream: ViewStream, clock: Pick<Clock, 'nowMs'>): PullView {
  const live = stream.isTTY === true;
  let file = '';
  let samples: TransferSample[] = [];
  let lastWriteMs = Number.NEGATIVE_INFINITY;
  let open = false;
  const end = () => {
    if (open) stream.write('\n');
    open = false;
  };
  return {
    end,
    onNote: (text) => {
      end();
      stream.write(`${toTerminal(oneLine(text))}\n`);
    },
    onProgress: (progress) => {
      const nowMs = clock.nowMs();
      if (progress.file !== file) {
        end();
        file = progress.file;
        samples = [];
        lastWriteMs = live ? Number.NEGATIVE_INFINITY : nowMs;
      }
      samples = withSample(samples, {atMs: nowMs, receivedBytes: progress.receivedBytes});
      const whole = progress.receivedBytes === progress.totalBytes;
      if (!whole && nowMs - lastWriteMs < (live ? redrawMs : plainMs)) return;
      lastWriteMs = nowMs;
      const rate = transferRate(samples, progress.totalBytes);
      open = live;
      stream.write(
        live
          ? `\r\u001b[2K${fitting(progress, rate, (stream.columns ?? 80) - 1)}`
          : `${progressLine(progress, rate, false)}\n`,
      );
    },
  };
}

/** The line with its bar if the terminal is wide enough for it: a line that wraps cannot be redrawn. */
function fitting(progress: PullProgress, rate: TransferRate, columns: number): string {
  const withBar = progressLine(progress, rate, true);
  return withBar.length <= columns ? withBar : progressLine(progress, rate, false).slice(0, columns);
}

/** `model.onnx  62 %  102 MB of 165 MB  48.3 MB/s  2 s left`, with a bar for a terminal. */
export function progressLine(progress: PullProgress, rate: TransferRate, bar: boolean): string {
  const {file, receivedBytes, totalBytes, source} = progress;
  const name = toTerminal(oneLine(file));
  const parts = [source === 'npm' ? `npm ${name}` : name];
  if (totalBytes === null) parts.push(bytesText(receivedBytes));
  else {
    const share = totalBytes === 0 ? 1 : Math.min(1, receivedBytes / totalBytes);
    const filled = Math.round(share * barWidth);
    if (bar) parts.push(`[${'='.repeat(filled)}${' '.repeat(barWidth - filled)}]`);
    parts.push(
      `${String(Math.floor(share * 100)).padStart(3)} %`,
      `${bytesText(receivedBytes)} of ${bytesText(totalBytes)}`,
    );
  }
  if (rate.bytesPerSecond > 0) parts.push(`${bytesText(rate.bytesPerSecond)}/s`);
  if (rate.etaSeconds !== null && rate.etaSeconds > 0) parts.push(`${secondsText(rate.etaSeconds)} left`);
  return parts.join('  ');
}
