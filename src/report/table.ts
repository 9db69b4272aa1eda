import Table from 'cli-table3';
import {severalLines} from '../printable.js';

/** Columns of text under their heads, without rules: to read at a terminal and to cut with awk. */
export function textTable(head: string[], rows: string[][]): string {
  const table = new Table({head, chars: noRules, style: {head: [], border: [], 'padding-left': 0, 'padding-right': 2}});
  table.push(...rows.map((row) => row.map(severalLines)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
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
