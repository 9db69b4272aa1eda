import {oneLine} from '../../printable.js';
import {hanging} from '../../report/wrap.js';
import type {PlanChange} from '../../topology/compare-plans.js';
import {paint} from '../paint.js';

/** `+ ml-base-4: port 8894`, `~ ml-base MATRYOSHKA_DIM: 768 -> 256`, in lines of at most `width` characters */
export function changeLine({kind, ...change}: PlanChange, width: number): string {
  const what = oneLine(change.what);
  const [before, after] = [change.before, change.after].map((side) => (side === null ? null : oneLine(side)));
  const line = (sign: string, text: string) => hanging(`${sign} `, text, width);
  if (kind === 'added') return paint.good(line('+', `${what}${after === null ? '' : `: ${after}`}`));
  if (kind === 'removed') return paint.bad(line('-', `${what}${before === null ? '' : `: ${before}`}`));
  return line('~', `${what}: ${before} -> ${after}`);
}
