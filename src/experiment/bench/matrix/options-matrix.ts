import {decide} from '../../../decision/decide.js';
import type {Matrix} from '../../../decision/matrix-schema.js';
import type {Measured, OptionEvidence} from '../../../decision/option-evidence.js';
import type {RunResult} from '../../load/result/run-result.js';
import {measuredOfRuns} from '../measured-of-runs.js';
import type {BenchOption, OptionSet} from './bench-option.js';
import type {OptionRun} from './measure-options.js';

/** All attempts at a set of options as its decision matrix. `extra`: option id → what else was seen of it (hit rate). */
export function optionsMatrix(
  set: OptionSet,
  attempts: readonly OptionRun[],
  extra: Readonly<Record<string, Record<string, Measured>>> = {},
): Matrix {
  const evidence = set.options.map((option) => optionEvidence(set, option, attempts, extra[option.id] ?? {}));
  const [first] = set.options;
  return decide({
    title: set.title,
    purpose: 'choose',
    criteria: set.criteria,
    options: evidence,
    baseline: first.id,
  });
}

/** What the attempts at one option say of it. */
export function optionEvidence(
  {criteria}: Pick<OptionSet, 'criteria'>,
  option: BenchOption,
  attempts: readonly OptionRun[],
  extra: Record<string, Measured>,
): OptionEvidence {
  const own = attempts.filter((attempt) => attempt.option.id === option.id);
  const runs = own.flatMap(({run}) => (run === null ? [] : [run]));
  const failure = own.find(({run}) => run === null)?.failure;
  const given = Object.entries(option.given ?? {}).map(([id, value]) => [id, {kind: 'exact', value}] as const);
  const measured = failure === undefined ? ofRuns(option, runs) : missing(option, criteria, failure);
  return {id: option.id, title: option.title, measured: {...measured, ...Object.fromEntries(given), ...extra}};
}

function ofRuns({load}: BenchOption, runs: readonly RunResult[]): Record<string, Measured> {
  return measuredOfRuns(runs, load?.textsPerRequest);
}

function missing(option: BenchOption, criteria: OptionSet['criteria'], reason: string): Record<string, Measured> {
  const absent: Measured = {kind: 'missing', reason};
  const ids = [...Object.keys(ofRuns(option, [])), ...criteria.map(({id}) => id)];
  return Object.fromEntries(ids.map((id) => [id, absent]));
}
