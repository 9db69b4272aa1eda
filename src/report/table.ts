import Table from 'cli-table3';
import stringWidth from 'string-width';
import {severalLines} from '../printable.js';
import {hanging, noLimit} from './wrap.js';

export interface TableLimits {
  /** Characters of a line. */
  width?: number;
  /** Heads of the columns that may be left out where there is no room for all, the first first. */
  optional?: readonly string[];
}

/**
 * Columns of text under their heads, without rules: to read at a terminal and to cut with awk. Where `width` has no room
 * for them all, the optional ones are left out; where that is not enough, each row is a block with one line per cell.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  {width = noLimit, optional = []}: TableLimits = {},
): string {
  for (let left = 0; left <= optional.length; left += 1) {
    const kept = keptColumns(head, optional.slice(0, left));
    const text = grid(kept(head), rows.map(kept));
    if (text.split('\n').every((line) => stringWidth(line) <= width)) return text;
  }
  return blocks(head, rows, width);
}

/** `textTable` for lines of that width. */
export function tableWithin(width: number): typeof textTable {
  return (head, rows) => textTable(head, rows, {width});
}

function keptColumns(head: readonly string[], left: readonly string[]) {
  return (cells: readonly string[]) => cells.filter((_, column) => !left.includes(head[column] ?? ''));
}

function grid(head: string[], rows: string[][]): string {
  const table = new Table({head, chars: noRules, style: {head: [], border: [], 'padding-left': 0, 'padding-right': 2}});
  table.push(...rows.map((row) => row.map(severalLines)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The first cell, and below it the others with their heads. */
function blocks(head: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const titles = head.map((title) => title.replaceAll('\n', ', '));
  const longest = Math.max(...titles.slice(1).map((title) => stringWidth(title)));
  // A head that takes more than half of the line leaves its cell the next one.
  const indent = Math.min(longest, Math.floor(width / 2) - 4);
  const lineOf = (title: string, cell: string) =>
    stringWidth(title) > indent
      ? [hanging('  ', title, width), hanging(' '.repeat(indent + 4), cell, width)]
      : [hanging(`  ${title}${' '.repeat(indent - stringWidth(title))}  `, cell, width)];
  const block = (row: readonly string[]) => {
    const [name = '', ...cells] = row.map((cell) => severalLines(cell).replaceAll('\n', '  '));
    return [name, ...cells.flatMap((cell, place) => (cell === '' ? [] : lineOf(titles[place + 1] ?? '', cell)))];
  };
  return rows.map((row) => block(row).join('\n')).join('\n\n');
}

const noRules = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
