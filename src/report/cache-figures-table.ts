import type {Measured} from '../decision/option-evidence.js';
import {shortNumber} from '../decision/short-number.js';
import {median} from '../stats/quantile.js';
import {textTable} from './table.js';

/** Of each option what its cache did: for a terminal, or with another `table` for a page. */
export function cacheFiguresTable(
  options: readonly {title: string; figures: Readonly<Record<'hit-rate' | 'hit' | 'miss', Measured>>}[],
  table = textTable,
): string {
  const rows = options.map(({title, figures}) => [
    title,
    shown(figures['hit-rate'], '%'),
    shown(figures.hit, 'ms'),
    shown(figures.miss, 'ms'),
  ]);
  return table(['OPTION', 'FROM THE CACHE', 'ONE HIT', 'ONE MISS'], rows);
}

function shown(measured: Measured, unit: string): string {
  if (measured.kind === 'missing') return measured.reason;
  return measured.kind === 'repeats' ? `${shortNumber(median(measured.values))} ${unit}` : '-';
}
