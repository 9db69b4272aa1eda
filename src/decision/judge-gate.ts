import {type Interval, medianInterval} from '../stats/repeat-interval.js';
import type {Gate} from './criterion.js';
import type {Cell} from './matrix-schema.js';
import type {Measured} from './option-evidence.js';
import {shortNumber} from './short-number.js';
import type {Verdict} from './verdict.js';

type Target = NonNullable<Gate['target']>;

/** A gate held against what was measured. What was not measured is unknown, never a pass. */
export function judgeGate(gate: Gate, measured: Measured): Cell {
  if (measured.kind === 'missing') return {...emptyCell(gate.id), verdict: 'unknown', reason: measured.reason};
  if (measured.kind === 'judged') {
    const {verdict, shown, reason} = measured;
    return {...emptyCell(gate.id), verdict, shown, reason};
  }
  const values = measured.kind === 'exact' ? [measured.value] : measured.values;
  const cell = valueCell(gate.id, values);
  if (values.length === 0 || !values.every(Number.isFinite)) {
    return {...emptyCell(gate.id), verdict: 'unknown', reason: 'not every repeat gave a value'};
  }
  if (gate.target === null) return {...cell, verdict: 'unknown', reason: 'there is no limit to hold it against'};
  return {...cell, ...held(gate.of, gate.target, values)};
}

/** A cell with nothing in it. */
export function emptyCell(criterion: string): Cell {
  const nothing = {value: null, low: null, high: null, level: 0, repeats: 0, shown: null, verdict: null};
  return {criterion, ...nothing, difference: null, reason: ''};
}

/** A cell with the median of the repeats and its interval. */
export function valueCell(criterion: string, values: readonly number[]): Cell {
  const {value, low, high, level} = medianInterval(values);
  return {...emptyCell(criterion), value, low, high, level, repeats: values.length};
}

function held(of: Gate['of'], target: Target, values: readonly number[]): {verdict: Verdict; reason: string} {
  const wanted = `${target.compare} ${shortNumber(target.limit)}`;
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
  return {verdict: 'unknown', reason: `the interval ${interval} reaches over the limit, ${wanted}: more repeats`};
}

function holds(value: number, {compare, limit}: Target): boolean {
  if (compare === '<') return value < limit;
  if (compare === '<=') return value <= limit;
  if (compare === '>') return value > limit;
  if (compare === '>=') return value >= limit;
  return value === limit;
}
