import type {Measured} from '../../decision/option-evidence.js';
import {shortNumber} from '../../decision/short-number.js';
import {median} from '../../stats/quantile.js';
import {textTable} from '../table.js';

export type StackFiguresShown = Readonly<Record<'hit-rate' | 'hit' | 'miss' | 'memory', Measured>>;

/** Of each option what its stack did: for a terminal, or with another `table` for a page. */
export function stackFiguresTable(
  options: readonly {title: string; figures: StackFiguresShown}[],
  table = textTable,
): string {
  const rows = options.map(({title, figures}) => [title, ...cells(figures)]);
  return table(['OPTION', ...head], rows);
}

/** Of one stack. */
export function stackFiguresRow(figures: StackFiguresShown, table = textTable): string {
  return table(head, [cells(figures)]);
}

/** Why figures are missing, each reason once: it would not fit a cell. */
export function stackFiguresNotes(stacks: readonly StackFiguresShown[]): string[] {
  const reasons = stacks.flatMap((figures) =>
    Object.values(figures).flatMap((measured) => (measured.kind === 'missing' ? [measured.reason] : [])),
  );
  return [...new Set(reasons)].map((reason) => `not measured: ${reason}`);
}

/** The same as label and text, for a page of one stack. */
export function stackFiguresFacts(figures: StackFiguresShown): (readonly [string, string])[] {
  const texts = cells(figures, (reason) => `not measured: ${reason}`);
  return head.map((label, place) => [label.toLowerCase(), texts[place] ?? '']);
}

const head = ['FROM THE CACHE', 'ONE HIT', 'ONE MISS', 'MEMORY'];

function cells(figures: StackFiguresShown, missing = (_reason: string) => 'not measured'): string[] {
  const shown = (measured: Measured, unit: string) =>
    measured.kind === 'missing' ? missing(measured.reason) : withUnit(measured, unit);
  return [
    shown(figures['hit-rate'], '%'),
    shown(figures.hit, 'ms'),
    shown(figures.miss, 'ms'),
    shown(figures.memory, 'MB'),
  ];
}

function withUnit(measured: Measured, unit: string): string {
  return measured.kind === 'repeats' ? `${shortNumber(median(measured.values))} ${unit}` : '-';
}
