import type {Score} from './criterion.js';
import {differences} from './difference.js';
import type {FlipMargin, Matrix, Row} from './matrix-schema.js';
import type {OptionEvidence} from './option-evidence.js';
import {shortNumber} from './short-number.js';
import type {Verdict} from './verdict.js';
import {type Candidate, flipMargin, type Weighed, weigh, weightShares} from './weigh.js';

interface Recommended {
  option: string | null;
  verdict: Verdict;
  reason: string;
  flip: FlipMargin | null;
  /** Option id → 0 to 100, of those in the running. */
  scores: Map<string, number>;
}

interface Field {
  purpose: Matrix['purpose'];
  scores: readonly Score[];
  compared: readonly Candidate[];
  rows: readonly Row[];
  baseline: OptionEvidence | null;
  judging: Matrix['judging'];
}

/** Whom the weights favour among the options whose gates hold; nobody while one of them cannot be judged. */
export function recommend({purpose, scores, compared, rows, baseline, judging}: Field): Recommended {
  const none = {option: null, flip: null, scores: new Map<string, number>()};
  if (scores.length === 0 || baseline === null) return {...none, ...gatesOnly(rows)};
  if (purpose === 'guard')
    return {...none, verdict: 'unknown', reason: 'a comparison with a baseline recommends no option'};
  const unknown = rows.filter(({verdict}) => verdict === 'unknown');
  if (unknown.length > 0) {
    // A score says who is better of all: as long as one is not known, it would say so of those that happen to be known.
    const reason = `undecided: ${unknown.map((row) => `no verdict for ${row.title}: ${row.reason}`).join('; ')}`;
    return {...none, verdict: 'unknown', reason};
  }
  const running = compared.filter(({option}) => verdictOf(rows, option) === 'pass');
  const weighed = weigh(scores, running, baseline).toSorted((a, b) => b.total - a.total);
  const totals = new Map(weighed.map(({option, total}) => [option.id, total * 100]));
  const [leader, ...others] = weighed;
  if (leader === undefined) return {...none, verdict: 'fail', reason: 'no option holds every gate'};
  const equals = others.filter(({option}) => alike(scores, leader.option, option, judging));
  const chosen = earliest(compared, [leader, ...equals]);
  const rivals = weighed.filter((each) => each !== chosen && !equals.includes(each) && each !== leader);
  const reason = reasonFor(scores, chosen, rivals[0], equals.length > 0 ? [leader, ...equals] : []);
  return {option: chosen.option.id, verdict: 'pass', reason, flip: flipMargin(scores, chosen, rivals), scores: totals};
}

function gatesOnly(rows: readonly Row[]): {verdict: Verdict; reason: string} {
  const good = rows.filter(({verdict}) => verdict === 'pass');
  if (rows.some(({verdict}) => verdict === 'unknown'))
    return {verdict: 'unknown', reason: 'not every option has a verdict'};
  if (good.length === 0) return {verdict: 'fail', reason: 'no option holds every gate'};
  return {verdict: 'pass', reason: `${good.map(({title}) => title).join(', ')}: every gate holds`};
}

function verdictOf(rows: readonly Row[], {id}: OptionEvidence): Verdict {
  return rows.find(({option}) => option === id)?.verdict ?? 'unknown';
}

/** Whether no criterion tells two options apart. */
function alike(scores: readonly Score[], a: OptionEvidence, b: OptionEvidence, judging: Matrix['judging']): boolean {
  return differences(scores, a, b, judging).every(({judgement}) => judgement === 'same');
}

function earliest(compared: readonly Candidate[], among: readonly [Weighed, ...Weighed[]]): Weighed {
  const place = ({option}: Weighed) => compared.findIndex((candidate) => candidate.option === option);
  return among.reduce((first, each) => (place(each) < place(first) ? each : first));
}

function reasonFor(
  scores: readonly Score[],
  chosen: Weighed,
  rival: Weighed | undefined,
  alikes: readonly Weighed[],
): string {
  const same = alikes.filter((each) => each !== chosen).map(({option}) => option.title);
  const tie = same.length === 0 ? '' : `; it is tied with ${same.join(', ')} on every criterion and listed first`;
  if (rival === undefined) return `${chosen.option.title} holds every gate${tie}`;
  const shares = weightShares(scores);
  const leads = scores.map(({title}, index) => ({
    title,
    lead: (shares[index] ?? 0) * ((chosen.worths[index] ?? 0) - (rival.worths[index] ?? 0)),
  }));
  const decisive = leads.reduce((most, each) => (each.lead > most.lead ? each : most));
  const points = `${shortNumber(chosen.total * 100)} of 100, ${rival.option.title} ${shortNumber(rival.total * 100)}`;
  return `${chosen.option.title} scores ${points}; most of the lead is ${decisive.title}${tie}`;
}
