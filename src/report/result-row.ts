import {oneLine} from '../printable.js';
import {hanging} from './wrap.js';

/** Columns of rows that are printed as results come, before anybody knows how wide the others are. */
export interface RowLayout<Name extends string> {
  /** Characters of each column, in their order. */
  widths: Record<Name, number>;
  /** Left out where the reason would have no room beside them all. */
  optional: readonly Name[];
}

/** Characters below which a reason is easier to read on a line of its own. */
const leastReason = 40;

/** A mark, the cells, and the whole reason: beside them where there is room, else below. */
export function resultRow<Name extends string>(
  {widths, optional}: RowLayout<Name>,
  {mark, cells, reason}: {mark: string; cells: Record<Name, string>; reason: string},
  width: number,
): string {
  const names = Object.keys(widths) as Name[];
  const cellsOf = (kept: Name[]) => oneLine([mark, ...kept.map((name) => cells[name].padEnd(widths[name]))].join(' '));
  const taken = names.reduce((sum, name) => sum + widths[name] + 1, mark.length + 1);
  if (width - taken >= leastReason) return hanging(`${cellsOf(names)} `, oneLine(reason), width);
  const start = cellsOf(names.filter((name) => !optional.includes(name))).trimEnd();
  return reason === '' ? start : `${start}\n${hanging('    ', oneLine(reason), width)}`;
}
