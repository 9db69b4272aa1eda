import {oneLine} from '../printable.js';
import type {PlanChange} from '../topology/compare-plans.js';
import {paint} from './paint.js';

/** `+ ml-base-4: port 8894`, `~ ml-base MATRYOSHKA_DIM: 768 -> 256` */
export function changeLine({kind, ...change}: PlanChange): string {
  const what = oneLine(change.what);
  const [before, after] = [change.before, change.after].map((side) => (side === null ? null : oneLine(side)));
  if (kind === 'added') return paint.good(`+ ${what}${after === null ? '' : `: ${after}`}`);
  if (kind === 'removed') return paint.bad(`- ${what}${before === null ? '' : `: ${before}`}`);
  return `~ ${what}: ${before} -> ${after}`;
}
