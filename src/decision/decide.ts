import type {Criterion, Gate, Score} from './criterion.js';
import {differences} from './difference.js';
import {emptyCell, judgeGate, valueCell} from './judge-gate.js';
import type {Cell, Difference, Matrix, Row} from './matrix-schema.js';
import {measuredOf, type OptionEvidence} from './option-evidence.js';
import {recommend} from './recommend.js';
import {type Verdict, worstVerdict} from './verdict.js';

export interface Question {
  title: string;
  purpose: Matrix['purpose'];
  criteria: readonly Criterion[];
  /** The simplest first: where nothing tells two apart, the earlier is recommended. */
  options: readonly OptionEvidence[];
  /** Id of the option the others are compared with; null for none. */
  baseline: string | null;
  judging?: Matrix['judging'];
}

/** Of four repeats a side the smallest p there is is 0.029, which no correction over two criteria survives; ten leave room. */
export const fewestRepeats = 10;
const usualJudging = {minRepeats: fewestRepeats, alpha: 0.05};

/** Evidence held against criteria: the one matrix every command ends in. */
export function decide(question: Question): Matrix {
  const {title, purpose, criteria, options, judging = usualJudging} = question;
  const baseline = options.find(({id}) => id === question.baseline) ?? null;
  const scores = criteria.filter((criterion) => criterion.kind === 'score');
  const compared = options.map((option) => ({
    option,
    differences: baseline === null || option === baseline ? null : differences(scores, option, baseline, judging),
  }));
  const rows = compared.map(({option, differences: found}) => row(option, question, scores, found));
  const recommended = recommend({purpose, scores, compared, rows, baseline, judging});
  const scored = rows.map((each) => ({...each, score: recommended.scores.get(each.option) ?? null}));
  const overall = purpose === 'choose' ? recommended : guarded(rows, baseline);
  return {
    schemaVersion: 1,
    title,
    purpose,
    baseline: baseline?.id ?? null,
    judging,
    criteria: [...criteria],
    rows: scored,
    verdict: overall.verdict,
    reason: overall.reason,
    recommendation: {option: recommended.option, reason: recommended.reason},
    flip: recommended.flip,
  };
}

function row(option: OptionEvidence, {criteria, purpose}: Question, scores: Score[], found: Difference[] | null): Row {
  const cells = criteria.map((criterion) =>
    criterion.kind === 'gate'
      ? judgeGate(criterion, measuredOf(option, criterion.id))
      : scoreCell(criterion, option, found?.[scores.indexOf(criterion)] ?? null),
  );
  const judgements = cells.map((cell, index) => cellVerdict(cell, criteria[index], purpose));
  const verdict = worstVerdict(judgements);
  const telling = new Map<string, string[]>();
  for (const [index, {reason: why}] of cells.entries()) {
    if (judgements[index] !== verdict) continue;
    telling.set(why, [...(telling.get(why) ?? []), criteria[index]?.title ?? '']);
  }
  const reason =
    verdict === 'pass'
      ? 'every gate holds'
      : [...telling].map(([why, titles]) => `${titles.join(', ')}: ${why}`).join('; ');
  return {option: option.id, title: option.title, cells, score: null, verdict, reason};
}

function scoreCell({id}: Score, option: OptionEvidence, difference: Difference | null): Cell {
  const measured = measuredOf(option, id);
  if (measured.kind === 'missing') return {...emptyCell(id), difference, reason: measured.reason};
  if (measured.kind === 'judged') {
    return {...emptyCell(id), shown: measured.shown, difference, reason: `${measured.shown} is not a number`};
  }
  const cell = valueCell(id, measured);
  return {...cell, difference, reason: cell.reason === '' ? (difference?.reason ?? '') : cell.reason};
}

function cellVerdict(
  {verdict, value, difference}: Cell,
  criterion: Gate | Score | undefined,
  purpose: Matrix['purpose'],
): Verdict {
  if (criterion === undefined || criterion.kind === 'gate') return verdict ?? 'unknown';
  if (value === null || difference?.judgement === 'unknown') return 'unknown';
  const regressed = difference?.judgement === 'worse' && difference.beyondMargin;
  return purpose === 'guard' && regressed ? 'fail' : 'pass';
}

/** Of a guard: whether anything but the baseline fails. */
function guarded(rows: readonly Row[], baseline: OptionEvidence | null): {verdict: Verdict; reason: string} {
  const guardedRows = rows.filter(({option}) => option !== baseline?.id);
  const verdict = worstVerdict(guardedRows.map((each) => each.verdict));
  const telling = guardedRows.filter((each) => each.verdict === verdict);
  if (verdict !== 'pass') return {verdict, reason: telling.map(({title, reason}) => `${title}: ${reason}`).join('; ')};
  return {verdict, reason: baseline === null ? 'every gate holds' : `nothing is worse than ${baseline.title}`};
}
