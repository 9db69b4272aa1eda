import {type Interval, medianInterval} from '../stats/repeat-interval.js';
import type {Gate} from './criterion.js';
import type {Cell} from './matrix-schema.js';
import type {Measured} from './option-evidence.js';
import {shortNumber} from './short-number.js';
import type {Verdict} from './verdict.js';

type Target = NonNullable<Gate['target']>;
type Values = Extract<Measured, {kind: 'repeats' | 'exact'}>;

/** A gate held against what was measured. What was not measured is unknown, never a pass. */
export function judgeGate(gate: Gate, measured: Measured): Cell {
  if (measured.kind === 'missing') return {...emptyCell(gate.id), verdict: 'unknown', reason: measured.reason};
  if (measured.kind === 'judged') {
    const {verdict, shown, reason} = measured;
    return {...emptyCell(gate.id), verdict, shown, reason};
  }
  const cell = valueCell(gate.id, measured);
  if (cell.value === null) return {...cell, verdict: 'unknown'};
  if (gate.target === null) return {...cell, verdict: 'unknown', reason: 'no limit is set'};
  const seen = gate.of === 'every' ? {...cell, ...worstOf(gate.target, measured)} : cell;
  return {...seen, ...held(gate.of, gate.target, measured)};
}

/** A cell with nothing in it. */
export function emptyCell(criterion: string): Cell {
  const nothing = {value: null, low: null, high: null, level: 0, repeats: 0, shown: null, verdict: null};
  return {criterion, ...nothing, difference: null, reason: ''};
}

/** A cell with the median of the repeats and its interval, or with what is given. */
export function valueCell(criterion: string, measured: Values): Cell {
  if (measured.kind === 'exact') {
    const {value} = measured;
    return {...emptyCell(criterion), value, low: value, high: value, level: 1};
  }
  const {values} = measured;
  if (values.length === 0 || !values.every(Number.isFinite)) {
    return {...emptyCell(criterion), reason: 'not every repeat gave a value'};
  }
  return {...emptyCell(criterion), ...medianInterval(values), repeats: values.length};
}

function held(of: Gate['of'], target: Target, measured: Values): {verdict: Verdict; reason: string} {
  const wanted = `${target.compare} ${shortNumber(target.limit)}`;
  if (measured.kind === 'exact') {
    const {value} = measured;
    return heldByInterval(target, {value, low: value, high: value, level: 1});
  }
  const {values} = measured;
  if (of === 'median') return heldByInterval(target, medianInterval(values));
  const broken = values.filter((value) => !holds(value, target)).length;
  if (broken > 0) return {verdict: 'fail', reason: `${broken} of ${values.length} repeats are not ${wanted}`};
  return {verdict: 'pass', reason: `${wanted} in each of ${values.length} repeats`};
}

function heldByInterval(target: Target, {value, low, high}: Interval): {verdict: Verdict; reason: string} {
  const wanted = `${target.compare} ${shortNumber(target.limit)}`;
  const ends = [holds(low, target), holds(high, target)];
  if (ends.every(Boolean)) return {verdict: 'pass', reason: `${shortNumber(value)} is ${wanted}`};
  if (!ends.some(Boolean)) return {verdict: 'fail', reason: `${shortNumber(value)} is not ${wanted}`};
  const interval = `${shortNumber(low)} to ${shortNumber(high)}`;
  return {verdict: 'unknown', reason: `the interval ${interval} includes the limit, ${wanted}: run more repeats`};
}

/** Where each repeat counts, the one that is furthest out is shown, between the ends of all of them. */
function worstOf({compare, limit}: Target, measured: Values): Pick<Cell, 'value' | 'low' | 'high'> {
  const values = measured.kind === 'exact' ? [measured.value] : measured.values;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (compare === '<' || compare === '<=') return {value: high, low, high};
  if (compare === '>' || compare === '>=') return {value: low, low, high};
  return {value: limit - low > high - limit ? low : high, low, high};
}

function holds(value: number, {compare, limit}: Target): boolean {
  if (compare === '<') return value < limit;
  if (compare === '<=') return value <= limit;
  if (compare === '>') return value > limit;
  if (compare === '>=') return value >= limit;
  return value === limit;
}
