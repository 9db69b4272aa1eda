import type {Criterion} from '../decision/criterion.js';
import type {Cell, Matrix} from '../decision/matrix-schema.js';
import {shortNumber, signedPercent} from '../decision/short-number.js';
import type {Verdict} from '../decision/verdict.js';

export const verdictMarks: Record<Verdict, string> = {pass: '✔', fail: '✖', unknown: '?'};

/** Under a criterion's title: what it is measured in, and its limit or its weight. */
export function criterionNote(criterion: Criterion): string {
  const {unit} = criterion;
  if (criterion.kind === 'score') return `${unit}, weight ${shortNumber(criterion.weight)}`;
  const {target} = criterion;
  return target === null ? `${unit}, gate` : `${unit}, must be ${target.compare} ${shortNumber(target.limit)}`;
}

/** `12.3 [11.9, 12.8] n=10`; a dash where there is nothing. */
export function valueText(cell: Cell): string {
  return [intervalText(cell), countText(cell)].filter((part) => part !== '').join(' ');
}

/** `12.3 [11.9, 12.8]`; the value alone where there is no interval. */
export function intervalText({value, low, high, shown}: Cell): string {
  if (shown !== null) return shown;
  if (value === null || low === null || high === null) return '-';
  return low === high ? shortNumber(value) : `${shortNumber(value)} [${shortNumber(low)}, ${shortNumber(high)}]`;
}

/** `n=10`; empty where nothing was measured. */
export function countText({repeats}: Cell): string {
  return repeats < 1 ? '' : `n=${repeats}`;
}

/** Why options are out or cannot be judged, a line each, unless the verdict says it already. */
export function rowReasons({rows, reason}: Matrix): string[] {
  return rows
    .filter((row) => row.verdict !== 'pass' && !reason.includes(row.reason))
    .map((row) => `${verdictMarks[row.verdict]} ${row.title}: ${row.reason}`);
}

/** `+12 % p<0.001`, `~ p=0.42` where it is noise, `?` where it cannot be judged; empty for a gate and for the baseline. */
export function differenceText({difference}: Cell): string {
  if (difference === null) return '';
  const {judgement, changeRatio, p} = difference;
  if (judgement === 'unknown') return '?';
  const chance = p === null ? '' : p < 0.001 ? ' p<0.001' : ` p=${shortNumber(p)}`;
  if (judgement === 'same') return p === null ? '=' : `~${chance}`;
  return `${changeRatio === null ? 'up from 0' : signedPercent(changeRatio)}${chance}`;
}

/** What would change the winner. */
export function flipText({flip, criteria, rows, recommendation}: Matrix): string {
  if (recommendation.option === null) return '';
  if (rows.length < 2 || !criteria.some(({kind}) => kind === 'score')) return '';
  if (flip === null) return 'No single weight changes the winner.';
  const criterion = criteria.find(({id}) => id === flip.criterion)?.title ?? flip.criterion;
  const winner = rows.find(({option}) => option === flip.winner)?.title ?? flip.winner;
  const way = flip.to > flip.from ? 'rises' : 'falls';
  return `${winner} wins if the weight of ${criterion} ${way} from ${share(flip.from)} to ${share(flip.to)} of all.`;
}

/** How to read the figures: once below a matrix. */
export function readingNote({judging, criteria, purpose}: Matrix): string {
  const every = criteria.some((criterion) => criterion.kind === 'gate' && criterion.of === 'every');
  const worst = every ? '; for a gate on each repeat, the worst value [range]' : '';
  if (!criteria.some(({kind}) => kind === 'score')) return `Median [95 % interval] of n repeats${worst}.`;
  const margins = purpose === 'guard' ? ' A regression is worse beyond noise and beyond its margin.' : '';
  return (
    `Median [95 % interval] of n repeats${worst}. Differences to the baseline: Mann-Whitney test, corrected over the criteria (Holm), ` +
    `at ${shortNumber(judging.alpha)}; ~ is noise; fewer than ${judging.minRepeats} repeats get no verdict.${margins}`
  );
}

function share(ratio: number): string {
  return `${shortNumber(Number((ratio * 100).toFixed(1)))} %`;
}
