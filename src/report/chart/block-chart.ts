import {shortNumber} from '../../decision/short-number.js';

export interface BlockChart {
  /** One a column, from the left; null leaves a gap. Not negative. */
  values: readonly (number | null)[];
  unit: string;
  /** Rows of the plot. */
  height: number;
  /** Column → what is written under it. */
  marks: readonly {column: number; label: string}[];
}

const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Columns from zero, an eighth of a line exact, with the scale on the left and marks below. */
export function blockChart({values, unit, height, marks}: BlockChart): string[] {
  const top = niceTop(Math.max(0, ...values.map((value) => value ?? 0)));
  const labels = Array.from({length: height}, (_, row) => {
    if (row === 0) return `${shortNumber(top)} ${unit}`;
    return row === height - 1 ? `0 ${unit}` : '';
  });
  const width = Math.max(...labels.map((label) => label.length));
  const lines = labels.map((label, row) => {
    const below = height - 1 - row;
    const cells = values.map((value) => block(value, top, height, below)).join('');
    return `${label.padStart(width)} │${cells}`.trimEnd();
  });
  return [...lines, `${' '.repeat(width)} └${'─'.repeat(values.length)}`, axis(marks, width + 2)];
}

/** The smallest of 1, 2, 5 x a power of ten, and 2.5, that holds the value. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value * 0.999_999) ?? 10;
  return step * power;
}

function block(value: number | null, top: number, height: number, below: number): string {
  if (value === null) return ' ';
  const filled = Math.round((value / top) * height * 8) - below * 8;
  return eighths[Math.min(8, Math.max(0, filled))] ?? ' ';
}

function axis(marks: BlockChart['marks'], indent: number): string {
  return marks.reduce((line, {column, label}) => {
    const from = indent + column;
    return from < line.length + 1 && line.trim() !== '' ? line : line.padEnd(from) + label;
  }, '');
}
